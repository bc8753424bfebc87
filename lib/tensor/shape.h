#pragma once

#include <string_view>

#include "tensor/torch.h"

// The letters of every shape comment in the project:
//   B batch (trajectories), L cells, P prefix, T = P + L, D width, H heads, K head size,
//   V vocabulary, N puzzles, M inner width of a SwiGLU.

namespace trm {

// Throws std::logic_error naming `what`, the expected shape (-1: any size) and the shape found.
void expect_shape(const torch::Tensor& x, at::IntArrayRef expected, std::string_view what);

// The same where x differs from `like` in shape, type or device: a kernel reads bare addresses.
void expect_like(const torch::Tensor& x, const torch::Tensor& like, std::string_view what);

}  // namespace trm
