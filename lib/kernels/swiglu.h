#pragma once

#include "kernels/packed.h"

namespace trm::kernels {

// The weights of a SwiGLU: float32 masters gate_up [2 M, n] and down [n, M], where n is the size of
// the axis; their copies in the activations' type (undefined in float32, and where tiles are used);
// and as tiles read them (undefined where they cannot be used, see can_pack).
struct SwiGluWeights {
  torch::Tensor gate_up, down;
  torch::Tensor gate_up_shadow, down_shadow;
  Packed gate_up_packed, down_packed;
};

// The sublayer rms(x + down(silu(gate) * up)) with gate and up the halves of gate_up(x), all along
// the axis (spec 2.2, 2.3). x: [B, T, D]. On a CPU with packed weights it is one call, by one
// thread; else the plain products, gate() and add_rms_norm(), token-major where x is (layout.h). In
// bfloat16 the fused one rounds gate, up, their product and the result, and adds in float32 what
// the plain one rounds besides.
torch::Tensor swiglu_norm(const torch::Tensor& x, const SwiGluWeights& weights, Axis axis,
                          double eps);

}  // namespace trm::kernels
