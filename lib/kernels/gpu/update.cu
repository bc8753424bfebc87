#include "kernels/gpu/pack.cuh"
#include "kernels/gpu/queue.h"

namespace trm::kernels::gpu {
namespace {

constexpr size_t kPack = 16;  // bytes
constexpr int kFloats = kPack / sizeof(float);

template <int N, bool kAtan2>
__global__ void adam(float* __restrict__ p, float* __restrict__ m, float* __restrict__ v,
                     const float* __restrict__ g, const AdamScalars* __restrict__ scalars,
                     const float* __restrict__ apply, int64_t count) {
  const int64_t i = flat_index() * N;
  if (i >= count || *apply == 0.0F) return;
  const AdamScalars s = *scalars;
  auto value = load<N>(p + i), mean = load<N>(m + i), square = load<N>(v + i);
  const auto gradient = load<N>(g + i);
#pragma unroll
  for (int k = 0; k < N; ++k) {
    const Moments now = moments_of(mean.at[k], square.at[k], gradient.at[k], s);
    const float root = sqrtf(now.square);
    mean.at[k] = now.mean;
    square.at[k] = now.square;
    value.at[k] = kAtan2 ? adam_atan2_of(value.at[k], now.mean, root, s)
                         : adamw_of(value.at[k], now.mean, root, s);
  }
  store(m + i, mean);
  store(v + i, square);
  store(p + i, value);
}

// Rounded as the CPU's: the products are not fused.
template <int N>
__global__ void move_average(float* __restrict__ average, const float* __restrict__ p, float kept,
                             float gain, const float* __restrict__ apply, int64_t count) {
  const int64_t i = flat_index() * N;
  if (i >= count || *apply == 0.0F) return;
  auto a = load<N>(average + i);
  const auto b = load<N>(p + i);
#pragma unroll
  for (int k = 0; k < N; ++k) a.at[k] = __fmul_rn(gain, b.at[k]) + __fmul_rn(kept, a.at[k]);
  store(average + i, a);
}

}  // namespace

void queue_adam(float* p, float* m, float* v, const float* g, const AdamScalars* scalars,
                const float* apply, int64_t count, bool atan2, cudaStream_t stream) {
  if (count == 0) return;
  const bool packed = packs<float>(kPack, count, {p, m, v, g});
  const auto kernel = packed ? (atan2 ? adam<kFloats, true> : adam<kFloats, false>)
                             : (atan2 ? adam<1, true> : adam<1, false>);
  queue_kernel("adam", kernel, blocks_for(count, kThreads * (packed ? kFloats : 1)), kThreads,
               stream, p, m, v, g, scalars, apply, count);
}

void queue_average(float* average, const float* p, double rate, const float* apply, int64_t count,
                   cudaStream_t stream) {
  if (count == 0) return;
  const bool packed = packs<float>(kPack, count, {average, p});
  const auto kernel = packed ? move_average<kFloats> : move_average<1>;
  queue_kernel("average", kernel, blocks_for(count, kThreads * (packed ? kFloats : 1)), kThreads,
               stream, average, p, static_cast<float>(rate), static_cast<float>(1.0 - rate), apply,
               count);
}

}  // namespace trm::kernels::gpu
