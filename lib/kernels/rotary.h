#pragma once

#include <string_view>

#include "tensor/torch.h"

namespace trm::kernels {

// Rotary positions (spec 2.2) on the query and key slots of qkv [B, T, 3 * H, K]: the first 2 * H
// of 3 * H slots turn, the values pass. cos, sin: [T, K] float32. Halves are rotated as GPT-NeoX
// does.
torch::Tensor rotate_queries_and_keys(const torch::Tensor& qkv, const torch::Tensor& cos,
                                      const torch::Tensor& sin);

// std::logic_error naming `what` where tables do not fit qkv.
void expect_angles(const torch::Tensor& qkv, const torch::Tensor& cos, const torch::Tensor& sin,
                   std::string_view what);

// The same in plain ATen.
torch::Tensor rotate_reference(const torch::Tensor& qkv, const torch::Tensor& cos,
                               const torch::Tensor& sin);

}  // namespace trm::kernels
