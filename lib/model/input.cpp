#include "model/input.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>

#include <cmath>

#include "core/error.h"

namespace trm::model {

GridInput::GridInput(const Config& config, const GridSpec& spec, int64_t width,
                     nn::Initializer& init)
    : prefix_(config.prefix), width_(width) {
  const int64_t puzzle_width = config.puzzle_width.value_or(width);
  if (prefix_ > 0 && puzzle_width > prefix_ * width) {
    throw Error("model.input.puzzle_width: " + std::to_string(puzzle_width) +
                " numbers do not fit " + std::to_string(prefix_) + " positions of " +
                std::to_string(width) + "; raise model.input.prefix");
  }
  tokens_ = register_module("embed_tokens",
                            std::make_shared<nn::Embedding>(spec.vocabulary, width, init));
  if (prefix_ > 0) {
    puzzles_ = register_module("puzzle_emb",
                               std::make_shared<nn::PuzzleEmbedding>(spec.puzzles, puzzle_width));
  }
  if (config.positions == "learned") {
    positions_ = register_module(
        "embed_pos", std::make_shared<nn::Embedding>(prefix_ + spec.cells, width, init));
  }
}

torch::Tensor GridInput::encode(const Batch& batch, bool training, at::ScalarType type) {
  auto x = tokens_->forward(batch.inputs, type);  // [B, L, D]
  if (puzzles_) {
    auto rows = puzzles_->forward(batch.puzzle_ids, training, type);
    rows = at::constant_pad_nd(rows, {0, prefix_ * width_ - rows.size(1)});
    x = at::cat({rows.view({-1, prefix_, width_}), x}, 1);  // [B, P + L, D]
  }
  if (positions_) {
    constexpr double kHalf =
        0.707106781;  // keeps the variance of a sum of two; the digits are the reference's
    x = (x + positions_->table().to(type)) * kHalf;
  }
  return x * std::sqrt(static_cast<double>(width_));
}

}  // namespace trm::model
