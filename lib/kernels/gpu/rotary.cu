#include "kernels/gpu/pack.cuh"
#include "kernels/gpu/queue.h"

namespace trm::kernels::gpu {
namespace {

constexpr size_t kPack = 16;  // bytes

// A thread takes N numbers of the first half of a slot and their partners of the second.
template <class T, int N>
__global__ void rotate(const T* __restrict__ x, T* __restrict__ y, const float* __restrict__ cos,
                       const float* __restrict__ sin, float direction, RotaryExtent e,
                       int64_t count) {
  const int64_t at = flat_index() * N;
  if (at >= count) return;
  const int64_t slot = quotient(at, e.half);  // of all rows
  const int64_t row = quotient(slot, e.slots);
  const int64_t k0 = at - slot * e.half;
  const int64_t first = slot * 2 * e.half + k0, second = first + e.half;
  auto a = load<N>(x + first), b = load<N>(x + second);
  if (slot - row * e.slots < e.turning) {
    const int64_t token = row - quotient(row, e.tokens) * e.tokens;
    const auto c = load<N>(cos + token * 2 * e.half + k0);
    const auto s = load<N>(sin + token * 2 * e.half + k0);
#pragma unroll
    for (int k = 0; k < N; ++k) {
      const float turn = s.at[k] * direction;
      const float old = a.at[k];
      a.at[k] = old * c.at[k] - b.at[k] * turn;
      b.at[k] = b.at[k] * c.at[k] + old * turn;
    }
  }
  store(y + first, a);
  store(y + second, b);
}

}  // namespace

template <class T>
void queue_rotate(const T* x, T* y, const float* cos, const float* sin, float direction,
                  RotaryExtent e, cudaStream_t stream) {
  const int64_t count = e.outer * e.tokens * e.slots * e.half;
  if (count == 0) return;
  constexpr int N = kPack / sizeof(T);
  // The tables are float: a pack of N of them may be longer than kPack.
  const bool packed =
      packs<T>(kPack, e.half, {x, y}) && packs<float>(N * sizeof(float), e.half, {cos, sin});
  const auto kernel = packed ? rotate<T, N> : rotate<T, 1>;
  queue_kernel("rotate", kernel, blocks_for(count, kThreads * (packed ? N : 1)), kThreads, stream,
               x, y, cos, sin, direction, e, count);
}

template void queue_rotate(const float*, float*, const float*, const float*, float, RotaryExtent,
                           cudaStream_t);
template void queue_rotate(const __nv_bfloat16*, __nv_bfloat16*, const float*, const float*, float,
                           RotaryExtent, cudaStream_t);

}  // namespace trm::kernels::gpu
