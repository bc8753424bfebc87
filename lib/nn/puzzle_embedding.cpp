#include "nn/puzzle_embedding.h"

#include <ATen/ops/cat.h>

namespace trm::nn {

PuzzleEmbedding::PuzzleEmbedding(int64_t puzzles, int64_t width)
    : weights_(register_buffer("weights", torch::zeros({puzzles, width}))) {}

torch::Tensor PuzzleEmbedding::forward(const torch::Tensor& ids, bool training,
                                       at::ScalarType type) {
  const auto rows = weights_.index_select(0, ids);
  if (!training || !torch::GradMode::is_enabled()) return rows.to(type);
  const auto leaf = rows.detach().requires_grad_();
  reads_.push_back({ids, leaf});
  return leaf.to(type);
}

PuzzleEmbedding::Touched PuzzleEmbedding::take_touched() {
  std::vector<torch::Tensor> ids, gradients;
  for (const auto& read : reads_) {
    if (!read.rows.grad().defined()) continue;
    ids.push_back(read.ids);
    gradients.push_back(read.rows.grad());
  }
  reads_.clear();
  if (ids.empty()) return {};
  return {at::cat(ids), at::cat(gradients)};
}

}  // namespace trm::nn
