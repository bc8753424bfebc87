#pragma once

#include "kernels/rms_norm.h"

namespace trm::kernels {

// Activations are [B, T, D] by shape. In memory they lie like that, or token-major: as [T, B, D].
// Then what mixes along the positions is a plain product on [T, B * D], where [B, T, D] needs a
// product a trajectory and, for the gradient of a weight, a transpose of both operands; and what
// works on vectors of channels takes them in any order. So the strides of what a network is given
// say which of the two it computes in: linear(), add_rms_norm() and swiglu_norm() by plain products
// return the order of their first argument.

// False of one trajectory or one token, where both orders are the same memory.
bool is_token_major(const torch::Tensor& x);

// x [B, T, D] in that order; itself where it has it.
torch::Tensor to_token_major(const torch::Tensor& x);

// For what treats all vectors along the axis alike: the contiguous tensor in the memory of a
// token-major x, [T, B, D] for the channels, [1, T, B * D] for the positions; of another x the same
// numbers, perhaps not contiguous. And back: [B, T, D] of a tensor like that, whose axis may have
// another size by now.
torch::Tensor in_memory(const torch::Tensor& x, Axis axis);
torch::Tensor by_shape(const torch::Tensor& y, Axis axis, int64_t batch);

}  // namespace trm::kernels
