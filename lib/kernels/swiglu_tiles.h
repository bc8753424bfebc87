#pragma once

#include "core/part_clock.h"
#include "kernels/tile.h"

namespace trm::kernels {

// A sublayer rms(x + down(silu(gate) * up)) of one thread, by tiles that stay in its core's cache:
// what lies between the products never goes to memory. The bodies of kernels/swiglu.h on a CPU.
struct SwiGluShape {
  int64_t batch, tokens, width;  // B, T, D
  int64_t inner;                 // M
  float eps;
};

// Pointers to contiguous memory; gate_up and down are Packed::forward.
template <class T>
struct SwiGluForward {
  const T* x;  // [B, T, D]
  const T *gate_up, *down;
  T* y;         // as x
  float* rstd;  // [B * T] along the channels, [B * D] along the positions
  T* saved;     // gate and up, 2 M for each x, by tiles; null without a backward pass
};

// gate_up and down are Packed::backward. Gradients that are not wanted are null; those of the
// weights, [2 M, n] and [n, M], are added to.
template <class T>
struct SwiGluBackward {
  const T *dy, *y, *x, *saved;
  const float* rstd;
  const T *gate_up, *down;
  T* dx;
  float *dgate_up, *ddown;

  bool wants_weights() const { return dgate_up != nullptr; }
};

template <class T>
void swiglu_channels(const SwiGluShape& shape, const SwiGluForward<T>& in);
template <class T>
void swiglu_channels_gradient(const SwiGluShape& shape, const SwiGluBackward<T>& in);
template <class T>
void swiglu_positions(const SwiGluShape& shape, const SwiGluForward<T>& in);
template <class T>
void swiglu_positions_gradient(const SwiGluShape& shape, const SwiGluBackward<T>& in);

// The rest of a file of bodies: both types.
#define TRM_SWIGLU_BODIES(axis)                                                             \
  template void swiglu_##axis(const SwiGluShape&, const SwiGluForward<float>&);             \
  template void swiglu_##axis(const SwiGluShape&, const SwiGluForward<cpu::BFloat16>&);     \
  template void swiglu_##axis##_gradient(const SwiGluShape&, const SwiGluBackward<float>&); \
  template void swiglu_##axis##_gradient(const SwiGluShape&, const SwiGluBackward<cpu::BFloat16>&);

}  // namespace trm::kernels
