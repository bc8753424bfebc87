#include "kernels/gpu/pack.cuh"
#include "kernels/gpu/queue.h"

namespace trm::kernels::gpu {
namespace {

constexpr int kCellsOfBlock = 8;

__device__ __forceinline__ double stable(double x) { return x < 0 ? 1.0 / (1.0 - x) : x + 1.0; }

__device__ __forceinline__ int64_t cell_of_warp() {
  return int64_t{blockIdx.x} * kCellsOfBlock + threadIdx.y;
}

template <class T>
__device__ __forceinline__ double sum_of(const T* x, int64_t vocabulary) {
  double sum = 0;
  for (int64_t j = threadIdx.x; j < vocabulary; j += kWarp) {
    sum += stable(static_cast<double>(to_float(x[j])));
  }
  return warp_sum(sum);
}

// A label that is no token makes NaN, which the step's mask sees: a kernel cannot throw.
__device__ __forceinline__ bool is_token(int32_t label, const CellExtent& e) {
  return label >= 0 && label < e.vocabulary;
}

template <class T>
__global__ void stablemax(const T* __restrict__ logits, const int32_t* __restrict__ labels,
                          double* __restrict__ loss, CellExtent e) {
  const int64_t cell = cell_of_warp();
  if (cell >= e.cells) return;
  const T* x = logits + cell * e.vocabulary;
  const int32_t label = labels[cell];
  const double sum = sum_of(x, e.vocabulary);
  if (threadIdx.x != 0) return;
  if (label == e.ignored) {
    loss[cell] = 0;
  } else if (!is_token(label, e)) {
    loss[cell] = nan("");
  } else {
    loss[cell] = log(sum) - log(stable(static_cast<double>(to_float(x[label]))));
  }
}

template <class T>
__global__ void stablemax_gradient(const double* __restrict__ upstream,
                                   const T* __restrict__ logits, const int32_t* __restrict__ labels,
                                   T* __restrict__ gradient, CellExtent e) {
  const int64_t cell = cell_of_warp();
  if (cell >= e.cells) return;
  const T* x = logits + cell * e.vocabulary;
  T* d = gradient + cell * e.vocabulary;
  const int32_t label = labels[cell];
  const double sum = sum_of(x, e.vocabulary);
  const double up = is_token(label, e) ? upstream[cell] : nan("");
  for (int64_t j = threadIdx.x; j < e.vocabulary; j += kWarp) {
    const double v = static_cast<double>(to_float(x[j]));
    const double s = stable(v);
    const double slope = v < 0 ? s * s : 1.0;
    const double own = j == label ? slope / s : 0.0;
    const double result = label == e.ignored ? 0.0 : (slope / sum - own) * up;
    d[j] = from_float<T>(static_cast<float>(result));
  }
}

}  // namespace

template <class T>
void queue_stablemax(const T* logits, const int32_t* labels, double* loss, CellExtent e,
                     cudaStream_t stream) {
  if (e.cells == 0) return;
  queue_kernel("stablemax", stablemax<T>, blocks_for(e.cells, kCellsOfBlock),
               dim3(kWarp, kCellsOfBlock), stream, logits, labels, loss, e);
}

template <class T>
void queue_stablemax_gradient(const double* upstream, const T* logits, const int32_t* labels,
                              T* gradient, CellExtent e, cudaStream_t stream) {
  if (e.cells == 0) return;
  queue_kernel("stablemax_gradient", stablemax_gradient<T>, blocks_for(e.cells, kCellsOfBlock),
               dim3(kWarp, kCellsOfBlock), stream, upstream, logits, labels, gradient, e);
}

template void queue_stablemax(const float*, const int32_t*, double*, CellExtent, cudaStream_t);
template void queue_stablemax(const __nv_bfloat16*, const int32_t*, double*, CellExtent,
                              cudaStream_t);
template void queue_stablemax_gradient(const double*, const float*, const int32_t*, float*,
                                       CellExtent, cudaStream_t);
template void queue_stablemax_gradient(const double*, const __nv_bfloat16*, const int32_t*,
                                       __nv_bfloat16*, CellExtent, cudaStream_t);

}  // namespace trm::kernels::gpu
