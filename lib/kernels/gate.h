#pragma once

#include "tensor/torch.h"

namespace trm::kernels {

// The gate of a SwiGLU (spec 2.2): x holds gate and up as its two halves along `axis` (1 or 2 of
// three), gate first; returns silu(gate) * up, half as long along that axis.
torch::Tensor gate(const torch::Tensor& x, int64_t axis);

// The same in plain ATen.
torch::Tensor gate_reference(const torch::Tensor& x, int64_t axis);

}  // namespace trm::kernels
