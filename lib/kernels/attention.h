#pragma once

#include "tensor/torch.h"

namespace trm::kernels {

// Attention of every token to all, each head alone (spec 2.2): softmax(q k^T / sqrt(K)) v, where
// cos is defined after the rotation of queries and keys (kernels/rotary.h). qkv: [B, T, 3 * H, K],
// queries, keys and values of H heads, -> [B, T, H, K]. cos, sin: [T, K] float32, or undefined.
//
// On a CPU a head of a trajectory is computed by one thread, in pieces that stay in its core's
// cache, sums in float32; weights are made again in the backward pass, from a number for each
// query. Elsewhere it is LibTorch's.
torch::Tensor attention(const torch::Tensor& qkv, const torch::Tensor& cos,
                        const torch::Tensor& sin);

// The same in plain ATen.
torch::Tensor attention_reference(const torch::Tensor& qkv, const torch::Tensor& cos,
                                  const torch::Tensor& sin);

}  // namespace trm::kernels
