#include "train/finite.h"

#include <ATen/ops/isfinite.h>

namespace trm::train {
namespace {

constexpr const char* kPuzzleEmbedding = "puzzle_emb.weights";

int64_t first_bad_row(const torch::Tensor& value) {
  const auto bad = value.flatten(1).sum(at::IntArrayRef({1}), false, at::kDouble).isfinite();
  return bad.logical_not().to(at::kInt).argmax().item<int64_t>();
}

}  // namespace

bool all_finite(const torch::Tensor& value) {
  // A sum in float64 of float32 cannot overflow, and needs no tensor of flags.
  return !value.is_floating_point() || value.sum(at::kDouble).isfinite().item<bool>();
}

std::optional<std::string> first_not_finite(const std::string& what, const Archive& archive) {
  for (const auto& [name, value] : archive.tensors) {
    if (all_finite(value)) continue;
    const bool by_row = name == kPuzzleEmbedding || archive.find("halted") != nullptr;
    const auto row =
        by_row && value.dim() > 1 ? ", row " + std::to_string(first_bad_row(value)) : "";
    return (name == kPuzzleEmbedding ? "the puzzle embedding" : what) + ": " + name + row;
  }
  return std::nullopt;
}

std::optional<std::string> first_not_finite(const Trainer::Saved& saved) {
  if (auto found = first_not_finite("the weights", saved.weights)) return found;
  if (auto found = first_not_finite("the averages", saved.ema)) return found;
  return first_not_finite("the moments", saved.optimizer);
}

}  // namespace trm::train
