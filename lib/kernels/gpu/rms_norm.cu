#include "kernels/gpu/pack.cuh"
#include "kernels/gpu/queue.h"

namespace trm::kernels::gpu {
namespace {

// --- along rows: a warp takes a row, which its second pass finds in the cache ---

constexpr int kRowsOfBlock = 8;

__device__ __forceinline__ int64_t row_of_warp() {
  return int64_t{blockIdx.x} * kRowsOfBlock + threadIdx.y;
}

template <class T, int N>
__global__ void norm_rows(const T* __restrict__ h, const T* __restrict__ r, T* __restrict__ y,
                          float* __restrict__ rstd, int64_t rows, int64_t width, float eps) {
  const int64_t row = row_of_warp();
  if (row >= rows) return;
  h += row * width;
  r += row * width;
  y += row * width;
  float squares = 0;
  for (int64_t j = threadIdx.x * N; j < width; j += kWarp * N) {
    const auto a = load<N>(h + j), b = load<N>(r + j);
#pragma unroll
    for (int k = 0; k < N; ++k) {
      const float x = a.at[k] + b.at[k];
      squares += x * x;
    }
  }
  const float scale = 1.0F / sqrtf(warp_sum(squares) / static_cast<float>(width) + eps);
  if (threadIdx.x == 0) rstd[row] = scale;
  for (int64_t j = threadIdx.x * N; j < width; j += kWarp * N) {
    auto a = load<N>(h + j);
    const auto b = load<N>(r + j);
#pragma unroll
    for (int k = 0; k < N; ++k) a.at[k] = (a.at[k] + b.at[k]) * scale;
    store(y + j, a);
  }
}

template <class T, int N>
__global__ void norm_rows_gradient(const T* __restrict__ dy, const T* __restrict__ y,
                                   const float* __restrict__ rstd, T* __restrict__ dx, int64_t rows,
                                   int64_t width) {
  const int64_t row = row_of_warp();
  if (row >= rows) return;
  dy += row * width;
  y += row * width;
  dx += row * width;
  float dot = 0;
  for (int64_t j = threadIdx.x * N; j < width; j += kWarp * N) {
    const auto a = load<N>(dy + j), b = load<N>(y + j);
#pragma unroll
    for (int k = 0; k < N; ++k) dot += a.at[k] * b.at[k];
  }
  const float mean = warp_sum(dot) / static_cast<float>(width);
  const float scale = rstd[row];
  for (int64_t j = threadIdx.x * N; j < width; j += kWarp * N) {
    auto a = load<N>(dy + j);
    const auto b = load<N>(y + j);
#pragma unroll
    for (int k = 0; k < N; ++k) a.at[k] = scale * (a.at[k] - b.at[k] * mean);
    store(dx + j, a);
  }
}

// --- along columns: lanes lie along the channels, the warps of a block share out the tokens ---

constexpr int kWarps = 8;

// The sum over the block's warps of each lane's N numbers, in every warp, in one order.
template <int N>
__device__ __forceinline__ Floats<N> block_sum(const Floats<N>& own) {
  __shared__ float parts[kWarps][kWarp * N];
#pragma unroll
  for (int k = 0; k < N; ++k) parts[threadIdx.y][k * kWarp + threadIdx.x] = own.at[k];
  __syncthreads();
  Floats<N> sum{};
#pragma unroll
  for (int w = 0; w < kWarps; ++w) {
#pragma unroll
    for (int k = 0; k < N; ++k) sum.at[k] += parts[w][k * kWarp + threadIdx.x];
  }
  return sum;
}

// Where a thread works: its first channel, and the outer index of its block.
struct Place {
  int64_t outer, channel;
};
template <int N>
__device__ __forceinline__ Place place(int64_t width) {
  const int64_t chunks = (width + kWarp * N - 1) / (kWarp * N);
  const int64_t outer = quotient(blockIdx.x, chunks);
  return {outer, (blockIdx.x - outer * chunks) * kWarp * N + threadIdx.x * N};
}

template <class T, int N>
__global__ void norm_columns(const T* __restrict__ h, const T* __restrict__ r, T* __restrict__ y,
                             float* __restrict__ rstd, int64_t tokens, int64_t width, float eps) {
  const auto [outer, channel] = place<N>(width);
  const bool inside = channel < width;  // no return: every thread meets at block_sum
  const int64_t start = outer * tokens * width + channel;
  Floats<N> squares{};
  for (int64_t t = threadIdx.y; inside && t < tokens; t += kWarps) {
    const auto a = load<N>(h + start + t * width), b = load<N>(r + start + t * width);
#pragma unroll
    for (int k = 0; k < N; ++k) {
      const float x = a.at[k] + b.at[k];
      squares.at[k] += x * x;
    }
  }
  Floats<N> scale = block_sum(squares);
#pragma unroll
  for (int k = 0; k < N; ++k) {
    scale.at[k] = 1.0F / sqrtf(scale.at[k] / static_cast<float>(tokens) + eps);
  }
  if (inside && threadIdx.y == 0) store(rstd + outer * width + channel, scale);
  for (int64_t t = threadIdx.y; inside && t < tokens; t += kWarps) {
    auto a = load<N>(h + start + t * width);
    const auto b = load<N>(r + start + t * width);
#pragma unroll
    for (int k = 0; k < N; ++k) a.at[k] = (a.at[k] + b.at[k]) * scale.at[k];
    store(y + start + t * width, a);
  }
}

template <class T, int N>
__global__ void norm_columns_gradient(const T* __restrict__ dy, const T* __restrict__ y,
                                      const float* __restrict__ rstd, T* __restrict__ dx,
                                      int64_t tokens, int64_t width) {
  const auto [outer, channel] = place<N>(width);
  const bool inside = channel < width;
  const int64_t start = outer * tokens * width + channel;
  Floats<N> dot{};
  for (int64_t t = threadIdx.y; inside && t < tokens; t += kWarps) {
    const auto a = load<N>(dy + start + t * width), b = load<N>(y + start + t * width);
#pragma unroll
    for (int k = 0; k < N; ++k) dot.at[k] += a.at[k] * b.at[k];
  }
  Floats<N> mean = block_sum(dot);
#pragma unroll
  for (int k = 0; k < N; ++k) mean.at[k] /= static_cast<float>(tokens);
  if (!inside) return;
  const auto scale = load<N>(rstd + outer * width + channel);
  for (int64_t t = threadIdx.y; t < tokens; t += kWarps) {
    auto a = load<N>(dy + start + t * width);
    const auto b = load<N>(y + start + t * width);
#pragma unroll
    for (int k = 0; k < N; ++k) a.at[k] = scale.at[k] * (a.at[k] - b.at[k] * mean.at[k]);
    store(dx + start + t * width, a);
  }
}

// --- launches ---

constexpr size_t kRowPack = 16;    // bytes: the widest load there is
constexpr size_t kColumnPack = 4;  // bytes: a warp fills one line of the cache

bool empty(Extent e) { return e.outer * e.tokens * e.width == 0; }
dim3 row_grid(Extent e) { return blocks_for(e.outer * e.tokens, kRowsOfBlock); }
dim3 column_grid(Extent e, int n) {
  return blocks_for(e.outer * blocks_for(e.width, kWarp * n), 1);
}

}  // namespace

template <class T>
void queue_norm_rows(const T* h, const T* r, T* y, float* rstd, Extent e, float eps,
                     cudaStream_t stream) {
  if (empty(e)) return;
  constexpr int N = kRowPack / sizeof(T);
  const bool packed = packs<T>(kRowPack, e.width, {h, r, y});
  const auto kernel = packed ? norm_rows<T, N> : norm_rows<T, 1>;
  queue_kernel("norm_rows", kernel, row_grid(e), dim3(kWarp, kRowsOfBlock), stream, h, r, y, rstd,
               e.outer * e.tokens, e.width, eps);
}

template <class T>
void queue_norm_rows_gradient(const T* dy, const T* y, const float* rstd, T* dx, Extent e,
                              cudaStream_t stream) {
  if (empty(e)) return;
  constexpr int N = kRowPack / sizeof(T);
  const bool packed = packs<T>(kRowPack, e.width, {dy, y, dx});
  const auto kernel = packed ? norm_rows_gradient<T, N> : norm_rows_gradient<T, 1>;
  queue_kernel("norm_rows_gradient", kernel, row_grid(e), dim3(kWarp, kRowsOfBlock), stream, dy, y,
               rstd, dx, e.outer * e.tokens, e.width);
}

template <class T>
void queue_norm_columns(const T* h, const T* r, T* y, float* rstd, Extent e, float eps,
                        cudaStream_t stream) {
  if (empty(e)) return;
  constexpr int N = kColumnPack / sizeof(T);
  const bool packed =
      packs<T>(kColumnPack, e.width, {h, r, y}) && packs<float>(N * sizeof(float), e.width, {rstd});
  const auto kernel = packed ? norm_columns<T, N> : norm_columns<T, 1>;
  queue_kernel("norm_columns", kernel, column_grid(e, packed ? N : 1), dim3(kWarp, kWarps), stream,
               h, r, y, rstd, e.tokens, e.width, eps);
}

template <class T>
void queue_norm_columns_gradient(const T* dy, const T* y, const float* rstd, T* dx, Extent e,
                                 cudaStream_t stream) {
  if (empty(e)) return;
  constexpr int N = kColumnPack / sizeof(T);
  const bool packed = packs<T>(kColumnPack, e.width, {dy, y, dx}) &&
                      packs<float>(N * sizeof(float), e.width, {rstd});
  const auto kernel = packed ? norm_columns_gradient<T, N> : norm_columns_gradient<T, 1>;
  queue_kernel("norm_columns_gradient", kernel, column_grid(e, packed ? N : 1), dim3(kWarp, kWarps),
               stream, dy, y, rstd, dx, e.tokens, e.width);
}

template void queue_norm_rows(const float*, const float*, float*, float*, Extent, float,
                              cudaStream_t);
template void queue_norm_rows(const __nv_bfloat16*, const __nv_bfloat16*, __nv_bfloat16*, float*,
                              Extent, float, cudaStream_t);
template void queue_norm_rows_gradient(const float*, const float*, const float*, float*, Extent,
                                       cudaStream_t);
template void queue_norm_rows_gradient(const __nv_bfloat16*, const __nv_bfloat16*, const float*,
                                       __nv_bfloat16*, Extent, cudaStream_t);
template void queue_norm_columns(const float*, const float*, float*, float*, Extent, float,
                                 cudaStream_t);
template void queue_norm_columns(const __nv_bfloat16*, const __nv_bfloat16*, __nv_bfloat16*, float*,
                                 Extent, float, cudaStream_t);
template void queue_norm_columns_gradient(const float*, const float*, const float*, float*, Extent,
                                          cudaStream_t);
template void queue_norm_columns_gradient(const __nv_bfloat16*, const __nv_bfloat16*, const float*,
                                          __nv_bfloat16*, Extent, cudaStream_t);

}  // namespace trm::kernels::gpu
