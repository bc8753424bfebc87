#pragma once

#include <cuda_bf16.h>
#include <cuda_runtime_api.h>

#include <cstdint>

#include "kernels/arithmetic.h"

// The CUDA kernels by plain pointers, free of LibTorch: what each computes is said at its namesake
// in launch.h. Each queues its work on the stream and returns; a kernel that cannot be queued is a
// std::runtime_error. T is float or __nv_bfloat16 storage; arithmetic is float.

namespace trm::kernels::gpu {

// An array [outer, tokens, width].
struct Extent {
  int64_t outer, tokens, width;
};

// Along the last axis; rstd: [outer * tokens].
template <class T>
void queue_norm_rows(const T* h, const T* r, T* y, float* rstd, Extent extent, float eps,
                     cudaStream_t stream);
template <class T>
void queue_norm_rows_gradient(const T* dy, const T* y, const float* rstd, T* dx, Extent extent,
                              cudaStream_t stream);
// Along the middle axis; rstd: [outer, width].
template <class T>
void queue_norm_columns(const T* h, const T* r, T* y, float* rstd, Extent extent, float eps,
                        cudaStream_t stream);
template <class T>
void queue_norm_columns_gradient(const T* dy, const T* y, const float* rstd, T* dx, Extent extent,
                                 cudaStream_t stream);

// x: [outer, 2, inner], y: [outer, inner].
template <class T>
void queue_gate(const T* x, T* y, int64_t outer, int64_t inner, cudaStream_t stream);
template <class T>
void queue_gate_gradient(const T* dy, const T* x, T* dx, int64_t outer, int64_t inner,
                         cudaStream_t stream);

// x, y: [outer * tokens, slots, 2 * half], of which the first `turning` slots turn; cos, sin:
// [tokens, 2 * half]; direction -1 turns back.
struct RotaryExtent {
  int64_t outer, tokens, slots, turning, half;
};
template <class T>
void queue_rotate(const T* x, T* y, const float* cos, const float* sin, float direction,
                  RotaryExtent extent, cudaStream_t stream);

// logits: [cells, vocabulary].
struct CellExtent {
  int64_t cells, vocabulary;
  int32_t ignored;  // the label of a cell without one
};
template <class T>
void queue_stablemax(const T* logits, const int32_t* labels, double* loss, CellExtent extent,
                     cudaStream_t stream);
template <class T>
void queue_stablemax_gradient(const double* upstream, const T* logits, const int32_t* labels,
                              T* gradient, CellExtent extent, cudaStream_t stream);

// Both scalars and apply are read on the device.
void queue_adam(float* p, float* m, float* v, const float* g, const AdamScalars* scalars,
                const float* apply, int64_t count, bool atan2, cudaStream_t stream);
void queue_average(float* average, const float* p, double rate, const float* apply, int64_t count,
                   cudaStream_t stream);

void queue_uniform(float* out, uint64_t key, const int64_t* step, const int64_t* ids, int64_t rows,
                   int64_t columns, cudaStream_t stream);

}  // namespace trm::kernels::gpu
