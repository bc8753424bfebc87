#pragma once

#include "tensor/torch.h"

namespace trm::kernels {

// Whether add_outer_sum() has code for these here: bfloat16 on a CPU whose tiles have it.
bool has_outer_sum(const torch::Tensor& dy);

// dw += the sum over rows r of dy[r] x[r]^T, which is the gradient of a weight [N, K]: in float32,
// rounded nowhere on the way. dy: [R, N], x: [R, K] bfloat16; dw: [N, K] float32 contiguous. By one
// thread.
void add_outer_sum(const torch::Tensor& dy, const torch::Tensor& x, const torch::Tensor& dw);

}  // namespace trm::kernels
