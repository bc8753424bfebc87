#pragma once

#include "tensor/torch.h"

namespace trm::kernels {

// Sum of squares of all numbers of x, a float64 scalar on its device. On a CPU blocks of a fixed
// size are summed by themselves and then in order, so that the bits are the same for every number
// of threads.
torch::Tensor squared_length(const torch::Tensor& x);

// Its root, as float32.
torch::Tensor length(const torch::Tensor& x);

}  // namespace trm::kernels
