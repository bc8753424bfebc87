#pragma once

#include <string_view>
#include <vector>

#include "tensor/torch.h"

namespace trm::kernels {

// Matrix products of the network. Weights are float32 masters; where activations are bfloat16 the
// product uses `shadow`, the weight's bfloat16 copy (undefined in float32; one is made for the call
// where there is none). Gradients of weights
// accumulate in float32, straight into weight.grad() where that is defined, because a recursion
// applies one weight many times and a sum beside it would cost a pass over memory each time.

// x: [..., K] -> [..., N] with weight [N, K], token-major where x is (layout.h).
torch::Tensor linear(const torch::Tensor& x, const torch::Tensor& weight,
                     const torch::Tensor& shadow = {});

// Mixes along the middle axis: x [B, T, D] -> [B, M, D] with weight [M, T]. Equal to transposing,
// linear, transposing back, without the two copies.
torch::Tensor mix_positions(const torch::Tensor& x, const torch::Tensor& weight,
                            const torch::Tensor& shadow = {});

// out = a b + beta out for matrices a [M, K], b [K, N]; any strides; out float32 or a's type.
// On a CPU the faster of LibTorch's two libraries for the size.
void multiply_into(const torch::Tensor& a, const torch::Tensor& b, const torch::Tensor& out,
                   float beta);

// The ways to a product on a device: LibTorch's default (MKL on a CPU, cuBLAS on a GPU) and oneDNN.
enum class Library { kDefault, kOneDnn };
std::vector<Library> libraries(const torch::Device& device);
std::string_view name_of(Library library);

// The type in which a device multiplies operands of that type: float32 for bfloat16 on a processor
// where LibTorch has plain loops for it alone.
at::ScalarType multiplied_in(const torch::Device& device, at::ScalarType type);

// multiply_into by one of them; operands and result of one type.
void multiply_with(Library library, const torch::Tensor& a, const torch::Tensor& b,
                   const torch::Tensor& out, float beta);

}  // namespace trm::kernels
