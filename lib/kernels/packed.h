#pragma once

#include "kernels/rms_norm.h"

namespace trm::kernels {

// A weight [N, K] as the tiles of a fused sublayer read it, in the activations' type. Along the
// channels a weight is the right operand of its products, in strips (tile::Strips): of its
// transpose, [strips, K', columns] (forward), and of itself, [strips, N', columns] (backward), the
// last one filled up with zeros, rows in pairs where the type wants it. Along the positions it is
// the left one: [N, K'] (forward) and its transpose [K, N'] (backward). K' and N' are even in
// bfloat16.
struct Packed {
  torch::Tensor forward, backward;  // undefined where the plain products are used

  bool defined() const { return forward.defined(); }
};

// Whether sublayers of that type are computed by tiles on that device.
bool has_tiles(const torch::Device& device, at::ScalarType activations);

// The same of a SwiGLU with that inner width on so many channels, which are pairs in bfloat16.
bool can_pack(const torch::Device& device, at::ScalarType activations, int64_t inner,
              int64_t channels);

// Brings `packed` up to date with the weight [N, K], float32 on the CPU.
void pack(const torch::Tensor& weight, Axis axis, at::ScalarType activations, Packed& packed);

}  // namespace trm::kernels
