#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <source_location>

#include "tests/kernels/emulation/grid.h"

// The names of CUDA that the kernels of lib/kernels/gpu use, for a plain C++ compiler. A kernel
// that needs more adds it here.

#define __global__
#define __device__
#define __forceinline__ inline
#define __shared__ static  // a block runs alone: see grid.h, shared_memory.h

using dim3 = trm::emulation::Size;
using uint3 = trm::emulation::Index;

inline const uint3& threadIdx = trm::emulation::position.thread;
inline const uint3& blockIdx = trm::emulation::position.block;
inline const dim3& blockDim = trm::emulation::position.block_size;
inline const dim3& gridDim = trm::emulation::position.grid_size;

inline void __syncthreads(std::source_location place = std::source_location::current()) {
  trm::emulation::meet_block(place);
}

// The value that the lane whose index differs in these bits gives.
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int bits,
                  std::source_location place = std::source_location::current()) {
  static_assert(sizeof(T) <= sizeof(uint64_t));
  uint64_t word = 0;
  std::memcpy(&word, &value, sizeof(T));
  word = trm::emulation::exchange(mask, word, trm::emulation::lane() ^ static_cast<unsigned>(bits),
                                  place);
  std::memcpy(&value, &word, sizeof(T));
  return value;
}

// A product that no compiler fuses with a sum.
[[gnu::noinline]] inline float __fmul_rn(float a, float b) { return a * b; }

struct __nv_bfloat16 {
  uint16_t bits;
};
inline float __bfloat162float(__nv_bfloat16 x) {
  return std::bit_cast<float>(static_cast<uint32_t>(x.bits) << 16);
}
// To the nearest, of two equally near ones to the even one.
inline __nv_bfloat16 __float2bfloat16_rn(float x) {
  if (std::isnan(x)) return {0x7FFF};
  const auto bits = std::bit_cast<uint32_t>(x);
  return {static_cast<uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16)};
}

// --- launches ---

using cudaStream_t = struct CUstream_st*;
struct cudaLaunchConfig_t {
  dim3 gridDim, blockDim;
  size_t dynamicSmemBytes = 0;
  cudaStream_t stream = nullptr;
};
enum cudaError_t { cudaSuccess = 0, cudaErrorInvalidConfiguration = 9 };

namespace trm::emulation {
inline cudaError_t last_error = cudaSuccess;
}

// Returns when the grid has run.
template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* launch, void (*kernel)(Parameters...),
                               Arguments&&... arguments) {
  using namespace trm::emulation;
  if (!fits_device(launch->gridDim, launch->blockDim, launch->dynamicSmemBytes)) {
    return last_error = cudaErrorInvalidConfiguration;
  }
  run_grid(launch->gridDim, launch->blockDim, [&] { kernel(arguments...); });
  return cudaSuccess;
}
inline cudaError_t cudaGetLastError() {
  const auto error = trm::emulation::last_error;
  trm::emulation::last_error = cudaSuccess;
  return error;
}
inline const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaSuccess ? "no error" : "invalid configuration argument";
}
