#include <cmath>
#include <type_traits>

#include "kernels/cpu/clones.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/storage.h"
#include "kernels/cpu/tile_loops.h"

namespace trm::kernels::cpu {
namespace {

// What is added to T: a number of its own, or a float that is rounded to it first.
template <class T, class R>
[[gnu::always_inline]] inline float addend(R r) {
  if constexpr (std::is_same_v<T, R>) {
    return load(r);
  } else {
    return rounded<T>(r);
  }
}

template <class T, class R>
[[gnu::always_inline]] inline void norm_rows(Matrix<const T> h, Matrix<const R> r, Matrix<T> y,
                                             float* rstd, int64_t rows, int64_t columns,
                                             float eps) {
  for (int64_t i = 0; i < rows; ++i) {
    const T* hi = h.row(i);
    const R* ri = r.row(i);
    T* yi = y.row(i);
    float squares = 0;
#pragma omp simd reduction(+ : squares)
    for (int64_t j = 0; j < columns; ++j) {
      const float x = load(hi[j]) + addend<T>(ri[j]);
      squares += x * x;
    }
    const float scale = 1.0F / std::sqrt(squares / static_cast<float>(columns) + eps);
    rstd[i] = scale;
#pragma omp simd
    for (int64_t j = 0; j < columns; ++j) store(yi[j], (load(hi[j]) + addend<T>(ri[j])) * scale);
  }
}

template <class T>
[[gnu::always_inline]] inline void gradient_rows(const T* dy, const T* y, const float* rstd, T* dx,
                                                 int64_t begin, int64_t end, int64_t width) {
  for (int64_t i = begin; i < end; ++i) {
    const T* dyi = dy + i * width;
    const T* yi = y + i * width;
    T* dxi = dx + i * width;
    float dot = 0;
#pragma omp simd reduction(+ : dot)
    for (int64_t j = 0; j < width; ++j) dot += load(dyi[j]) * load(yi[j]);
    const float mean = dot / static_cast<float>(width);
    const float scale = rstd[i];
#pragma omp simd
    for (int64_t j = 0; j < width; ++j) store(dxi[j], scale * (load(dyi[j]) - load(yi[j]) * mean));
  }
}

// Columns are taken in chunks whose sums stay in registers and cache. Plain arrays: a call that is
// not inlined, even of std::array, keeps the clones from becoming vector code.
constexpr int64_t kChunk = 64;

template <class T, class R>
[[gnu::always_inline]] inline void norm_columns(Matrix<const T> h, Matrix<const R> r, Matrix<T> y,
                                                float* rstd, int64_t rows, int64_t columns,
                                                float eps) {
  for (int64_t c = 0; c < columns; c += kChunk) {
    const int64_t n = columns - c < kChunk ? columns - c : kChunk;
    float sum[kChunk] = {};
    for (int64_t i = 0; i < rows; ++i) {
      const T* hi = h.row(i) + c;
      const R* ri = r.row(i) + c;
#pragma omp simd
      for (int64_t j = 0; j < n; ++j) {
        const float x = load(hi[j]) + addend<T>(ri[j]);
        sum[j] += x * x;
      }
    }
#pragma omp simd
    for (int64_t j = 0; j < n; ++j) {
      sum[j] = 1.0F / std::sqrt(sum[j] / static_cast<float>(rows) + eps);
      rstd[c + j] = sum[j];
    }
    for (int64_t i = 0; i < rows; ++i) {
      const T* hi = h.row(i) + c;
      const R* ri = r.row(i) + c;
      T* yi = y.row(i) + c;
#pragma omp simd
      for (int64_t j = 0; j < n; ++j) store(yi[j], (load(hi[j]) + addend<T>(ri[j])) * sum[j]);
    }
  }
}

// Rows, or columns, [begin, end) of matrices of one width.
template <class T>
[[gnu::always_inline]] inline void norm_rows(const T* h, const T* r, T* y, float* rstd,
                                             int64_t begin, int64_t end, int64_t width, float eps) {
  const int64_t at = begin * width;
  norm_rows(Matrix<const T>{h + at, width}, Matrix<const T>{r + at, width},
            Matrix<T>{y + at, width}, rstd + begin, end - begin, width, eps);
}
template <class T>
[[gnu::always_inline]] inline void norm_columns(const T* h, const T* r, T* y, float* rstd,
                                                int64_t begin, int64_t end, int64_t tokens,
                                                int64_t width, float eps) {
  norm_columns(Matrix<const T>{h + begin, width}, Matrix<const T>{r + begin, width},
               Matrix<T>{y + begin, width}, rstd + begin, tokens, end - begin, eps);
}

template <class T>
[[gnu::always_inline]] inline void gradient_columns(const T* dy, const T* y, const float* rstd,
                                                    T* dx, int64_t begin, int64_t end,
                                                    int64_t tokens, int64_t width) {
  for (int64_t c = begin; c < end; c += kChunk) {
    const int64_t n = end - c < kChunk ? end - c : kChunk;
    float mean[kChunk] = {};
    for (int64_t t = 0; t < tokens; ++t) {
      const int64_t at = t * width + c;
#pragma omp simd
      for (int64_t j = 0; j < n; ++j) {
        mean[j] += load(dy[at + j]) * load(y[at + j]);
      }
    }
#pragma omp simd
    for (int64_t j = 0; j < n; ++j) mean[j] /= static_cast<float>(tokens);
    for (int64_t t = 0; t < tokens; ++t) {
      const int64_t at = t * width + c;
#pragma omp simd
      for (int64_t j = 0; j < n; ++j) {
        const float centred = load(dy[at + j]) - load(y[at + j]) * mean[j];
        store(dx[at + j], rstd[c + j] * centred);
      }
    }
  }
}

}  // namespace

TRM_CLONES void add_rms_norm_rows(const float* h, const float* r, float* y, float* rstd,
                                  int64_t begin, int64_t end, int64_t width, float eps) {
  norm_rows(h, r, y, rstd, begin, end, width, eps);
}
TRM_CLONES void add_rms_norm_rows(const BFloat16* h, const BFloat16* r, BFloat16* y, float* rstd,
                                  int64_t begin, int64_t end, int64_t width, float eps) {
  norm_rows(h, r, y, rstd, begin, end, width, eps);
}
TRM_CLONES void rms_norm_gradient_rows(const float* dy, const float* y, const float* rstd,
                                       float* dx, int64_t begin, int64_t end, int64_t width) {
  gradient_rows(dy, y, rstd, dx, begin, end, width);
}
TRM_CLONES void rms_norm_gradient_rows(const BFloat16* dy, const BFloat16* y, const float* rstd,
                                       BFloat16* dx, int64_t begin, int64_t end, int64_t width) {
  gradient_rows(dy, y, rstd, dx, begin, end, width);
}
TRM_CLONES void add_rms_norm_columns(const float* h, const float* r, float* y, float* rstd,
                                     int64_t begin, int64_t end, int64_t tokens, int64_t width,
                                     float eps) {
  norm_columns(h, r, y, rstd, begin, end, tokens, width, eps);
}
TRM_CLONES void add_rms_norm_columns(const BFloat16* h, const BFloat16* r, BFloat16* y, float* rstd,
                                     int64_t begin, int64_t end, int64_t tokens, int64_t width,
                                     float eps) {
  norm_columns(h, r, y, rstd, begin, end, tokens, width, eps);
}
TRM_CLONES void rms_norm_gradient_columns(const float* dy, const float* y, const float* rstd,
                                          float* dx, int64_t begin, int64_t end, int64_t tokens,
                                          int64_t width) {
  gradient_columns(dy, y, rstd, dx, begin, end, tokens, width);
}
TRM_CLONES void rms_norm_gradient_columns(const BFloat16* dy, const BFloat16* y, const float* rstd,
                                          BFloat16* dx, int64_t begin, int64_t end, int64_t tokens,
                                          int64_t width) {
  gradient_columns(dy, y, rstd, dx, begin, end, tokens, width);
}

TRM_CLONES void add_rms_norm_tile_rows(Matrix<const float> h, Matrix<const float> r,
                                       Matrix<float> y, float* rstd, int64_t rows, int64_t columns,
                                       float eps) {
  norm_rows(h, r, y, rstd, rows, columns, eps);
}
TRM_CLONES void add_rms_norm_tile_rows(Matrix<const BFloat16> h, Matrix<const float> r,
                                       Matrix<BFloat16> y, float* rstd, int64_t rows,
                                       int64_t columns, float eps) {
  norm_rows(h, r, y, rstd, rows, columns, eps);
}
TRM_CLONES void add_rms_norm_tile_columns(Matrix<const float> h, Matrix<const float> r,
                                          Matrix<float> y, float* rstd, int64_t rows,
                                          int64_t columns, float eps) {
  norm_columns(h, r, y, rstd, rows, columns, eps);
}
TRM_CLONES void add_rms_norm_tile_columns(Matrix<const BFloat16> h, Matrix<const float> r,
                                          Matrix<BFloat16> y, float* rstd, int64_t rows,
                                          int64_t columns, float eps) {
  norm_columns(h, r, y, rstd, rows, columns, eps);
}

}  // namespace trm::kernels::cpu
