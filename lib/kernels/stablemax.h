#pragma once

#include "tensor/torch.h"

namespace trm::kernels {

// Stablemax cross-entropy (spec 4) of each cell: s(x) = x + 1 for x >= 0, 1 / (1 - x) below;
// -log(s(x_label) / sum of s). logits [B, L, V] of any float type; labels [B, L] int32, ignored
// ones (kIgnoredLabel) give 0. Returns [B, L] float64. Its gradient is written out by hand: s' = 1
// above and s^2 below zero, which needs no 1e-30 and is finite everywhere.
torch::Tensor stablemax_cross_entropy(const torch::Tensor& logits, const torch::Tensor& labels);

}  // namespace trm::kernels
