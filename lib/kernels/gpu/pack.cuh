#pragma once

#include <cuda_bf16.h>

#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>

// What the kernels share: packs, numbers that one instruction moves together; sums over a warp; and
// the sizes of a launch.

namespace trm::kernels::gpu {

__device__ __forceinline__ float to_float(float x) { return x; }
__device__ __forceinline__ float to_float(__nv_bfloat16 x) { return __bfloat162float(x); }
template <class T>
__device__ __forceinline__ T from_float(float x) {
  if constexpr (sizeof(T) == 2) {
    return __float2bfloat16_rn(x);
  } else {
    return x;
  }
}

// N numbers of storage type T as floats.
template <int N>
struct Floats {
  float at[N];
};
template <class T, int N>
struct alignas(sizeof(T) * N) Pack {
  T at[N];
};
template <int N, class T>
__device__ __forceinline__ Floats<N> load(const T* from) {
  const Pack<T, N> pack = *reinterpret_cast<const Pack<T, N>*>(from);
  Floats<N> x;
#pragma unroll
  for (int k = 0; k < N; ++k) x.at[k] = to_float(pack.at[k]);
  return x;
}
template <int N, class T>
__device__ __forceinline__ void store(T* to, const Floats<N>& x) {
  Pack<T, N> pack;
#pragma unroll
  for (int k = 0; k < N; ++k) pack.at[k] = from_float<T>(x.at[k]);
  *reinterpret_cast<Pack<T, N>*>(to) = pack;
}

constexpr int kWarp = 32;

// The sum over a warp, in every lane, in one order.
template <class T>
__device__ __forceinline__ T warp_sum(T x) {
#pragma unroll
  for (int lane = kWarp / 2; lane > 0; lane /= 2) x += __shfl_xor_sync(0xFFFFFFFFU, x, lane);
  return x;
}

// a / b for a >= 0, b > 0; four times faster where both fit 32 bits, as they nearly always do.
__device__ __forceinline__ int64_t quotient(int64_t a, int64_t b) {
  if (((a | b) >> 32) == 0) return static_cast<uint32_t>(a) / static_cast<uint32_t>(b);
  return a / b;
}

constexpr int kThreads = 256;

// The index of this thread in a launch of one dimension.
__device__ __forceinline__ int64_t flat_index() {
  return int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
}

inline unsigned blocks_for(int64_t count, int64_t each) {
  const int64_t blocks = (count + each - 1) / each;
  if (blocks > INT32_MAX) throw std::logic_error("a CUDA kernel: more blocks than a grid holds");
  return static_cast<unsigned>(blocks);
}

// Whether rows of `count` numbers at these addresses can be taken in packs of `bytes`.
template <class T>
bool packs(size_t bytes, int64_t count, std::initializer_list<const T*> addresses) {
  bool whole = static_cast<size_t>(count) * sizeof(T) % bytes == 0;
  for (const T* address : addresses) {
    whole = whole && reinterpret_cast<uintptr_t>(address) % bytes == 0;
  }
  return whole;
}

// Queues a kernel; throws when it cannot be. Faults of its run appear at a later wait. A plain call
// instead of <<<>>>, so that any C++ compiler reads the kernels: tests/kernels/emulation runs them
// without a GPU.
template <class... Parameters, class... Arguments>
void queue_kernel(const char* name, void (*kernel)(Parameters...), dim3 grid, dim3 block,
                  cudaStream_t stream, const Arguments&... arguments) {
  cudaLaunchConfig_t launch{};
  launch.gridDim = grid;
  launch.blockDim = block;
  launch.stream = stream;
  cudaLaunchKernelEx(&launch, kernel, arguments...);
  const cudaError_t status = cudaGetLastError();
  if (status == cudaSuccess) return;
  throw std::runtime_error(std::string("CUDA kernel ") + name + ": " + cudaGetErrorString(status));
}

}  // namespace trm::kernels::gpu
