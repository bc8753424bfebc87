#include "kernels/gpu/pack.cuh"
#include "kernels/gpu/queue.h"

namespace trm::kernels::gpu {
namespace {

constexpr size_t kPack = 16;  // bytes

// Where a thread's pack starts in an array [outer, inner] and, as the gate, in [outer, 2, inner].
struct Offsets {
  int64_t half, whole;
};
template <int N>
__device__ __forceinline__ Offsets offsets(int64_t inner) {
  const int64_t half = flat_index() * N;
  return {half, half + quotient(half, inner) * inner};
}

template <class T, int N>
__global__ void gate_forward(const T* __restrict__ x, T* __restrict__ y, int64_t count,
                             int64_t inner) {
  const auto [half, whole] = offsets<N>(inner);
  if (half >= count) return;
  auto gate = load<N>(x + whole);
  const auto up = load<N>(x + whole + inner);
#pragma unroll
  for (int k = 0; k < N; ++k) gate.at[k] = gated(gate.at[k], up.at[k]);
  store(y + half, gate);
}

template <class T, int N>
__global__ void gate_backward(const T* __restrict__ dy, const T* __restrict__ x, T* __restrict__ dx,
                              int64_t count, int64_t inner) {
  const auto [half, whole] = offsets<N>(inner);
  if (half >= count) return;
  const auto d = load<N>(dy + half);
  auto gate = load<N>(x + whole);
  auto up = load<N>(x + whole + inner);
#pragma unroll
  for (int k = 0; k < N; ++k) {
    const GateGradient g = gate_gradient_of(d.at[k], gate.at[k], up.at[k]);
    gate.at[k] = g.gate;
    up.at[k] = g.up;
  }
  store(dx + whole, gate);
  store(dx + whole + inner, up);
}

}  // namespace

template <class T>
void queue_gate(const T* x, T* y, int64_t outer, int64_t inner, cudaStream_t stream) {
  const int64_t count = outer * inner;
  if (count == 0) return;
  constexpr int N = kPack / sizeof(T);
  const bool packed = packs<T>(kPack, inner, {x, y});
  const auto kernel = packed ? gate_forward<T, N> : gate_forward<T, 1>;
  queue_kernel("gate", kernel, blocks_for(count, kThreads * (packed ? N : 1)), kThreads, stream, x,
               y, count, inner);
}

template <class T>
void queue_gate_gradient(const T* dy, const T* x, T* dx, int64_t outer, int64_t inner,
                         cudaStream_t stream) {
  const int64_t count = outer * inner;
  if (count == 0) return;
  constexpr int N = kPack / sizeof(T);
  const bool packed = packs<T>(kPack, inner, {dy, x, dx});
  const auto kernel = packed ? gate_backward<T, N> : gate_backward<T, 1>;
  queue_kernel("gate_gradient", kernel, blocks_for(count, kThreads * (packed ? N : 1)), kThreads,
               stream, dy, x, dx, count, inner);
}

template void queue_gate(const float*, float*, int64_t, int64_t, cudaStream_t);
template void queue_gate(const __nv_bfloat16*, __nv_bfloat16*, int64_t, int64_t, cudaStream_t);
template void queue_gate_gradient(const float*, const float*, float*, int64_t, int64_t,
                                  cudaStream_t);
template void queue_gate_gradient(const __nv_bfloat16*, const __nv_bfloat16*, __nv_bfloat16*,
                                  int64_t, int64_t, cudaStream_t);

}  // namespace trm::kernels::gpu
