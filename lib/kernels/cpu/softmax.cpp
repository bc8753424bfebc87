#include "kernels/cpu/softmax.h"

#include <cmath>
#include <limits>

#include "kernels/arithmetic.h"
#include "kernels/cpu/clones.h"
#include "kernels/cpu/storage.h"

namespace trm::kernels::cpu {
namespace {

template <class T>
[[gnu::always_inline]] inline void weigh(Matrix<const float> scores, Matrix<T> weights, float* sum,
                                         float* log_sum, float scale, int64_t rows, int64_t columns,
                                         int64_t filled) {
  for (int64_t i = 0; i < rows; ++i) {
    const float* s = scores.row(i);
    T* w = weights.row(i);
    float most = -std::numeric_limits<float>::infinity();
#pragma omp simd reduction(max : most)
    for (int64_t j = 0; j < columns; ++j) most = s[j] > most ? s[j] : most;
    float all = 0;
#pragma omp simd reduction(+ : all)
    for (int64_t j = 0; j < columns; ++j) {
      const float weight = exp_of(scale * (s[j] - most));
      store(w[j], weight);
      all += weight;
    }
    for (int64_t j = columns; j < filled; ++j) store(w[j], 0.0F);
    sum[i] = all;
    log_sum[i] = scale * most + std::log(all);
  }
}

template <class T>
[[gnu::always_inline]] inline void divide(Matrix<const float> in, const float* sum, Matrix<T> out,
                                          int64_t rows, int64_t columns) {
  for (int64_t i = 0; i < rows; ++i) {
    const float* from = in.row(i);
    T* to = out.row(i);
    const float share = 1.0F / sum[i];
#pragma omp simd
    for (int64_t j = 0; j < columns; ++j) store(to[j], from[j] * share);
  }
}

template <class T>
[[gnu::always_inline]] inline void dot(Matrix<const T> a, Matrix<const T> b, float* out,
                                       int64_t rows, int64_t columns) {
  for (int64_t i = 0; i < rows; ++i) {
    const T* x = a.row(i);
    const T* y = b.row(i);
    float all = 0;
#pragma omp simd reduction(+ : all)
    for (int64_t j = 0; j < columns; ++j) all += load(x[j]) * load(y[j]);
    out[i] = all;
  }
}

template <class T>
[[gnu::always_inline]] inline void gradient(Matrix<const float> scores,
                                            Matrix<const float> dweights, const float* log_sum,
                                            const float* dots, float scale, Matrix<T> weights,
                                            Matrix<T> dscores, int64_t rows, int64_t columns,
                                            int64_t filled) {
  for (int64_t i = 0; i < rows; ++i) {
    const float* s = scores.row(i);
    const float* d = dweights.row(i);
    T* w = weights.row(i);
    T* ds = dscores.row(i);
    const float of_row = log_sum[i], mean = dots[i];
#pragma omp simd
    for (int64_t j = 0; j < columns; ++j) {
      const float weight = exp_of(scale * s[j] - of_row);
      store(w[j], weight);
      store(ds[j], scale * weight * (d[j] - mean));
    }
    for (int64_t j = columns; j < filled; ++j) {
      store(w[j], 0.0F);
      store(ds[j], 0.0F);
    }
  }
}

}  // namespace

TRM_CLONES void softmax_tile(Matrix<const float> scores, Matrix<float> weights, float* sum,
                             float* log_sum, float scale, int64_t rows, int64_t columns,
                             int64_t filled) {
  weigh(scores, weights, sum, log_sum, scale, rows, columns, filled);
}
TRM_CLONES void softmax_tile(Matrix<const float> scores, Matrix<BFloat16> weights, float* sum,
                             float* log_sum, float scale, int64_t rows, int64_t columns,
                             int64_t filled) {
  weigh(scores, weights, sum, log_sum, scale, rows, columns, filled);
}

TRM_CLONES void divide_rows(Matrix<const float> in, const float* sum, Matrix<float> out,
                            int64_t rows, int64_t columns) {
  divide(in, sum, out, rows, columns);
}
TRM_CLONES void divide_rows(Matrix<const float> in, const float* sum, Matrix<BFloat16> out,
                            int64_t rows, int64_t columns) {
  divide(in, sum, out, rows, columns);
}

TRM_CLONES void dot_rows(Matrix<const float> a, Matrix<const float> b, float* out, int64_t rows,
                         int64_t columns) {
  dot(a, b, out, rows, columns);
}
TRM_CLONES void dot_rows(Matrix<const BFloat16> a, Matrix<const BFloat16> b, float* out,
                         int64_t rows, int64_t columns) {
  dot(a, b, out, rows, columns);
}

TRM_CLONES void softmax_gradient_tile(Matrix<const float> scores, Matrix<const float> dweights,
                                      const float* log_sum, const float* dot, float scale,
                                      Matrix<float> weights, Matrix<float> dscores, int64_t rows,
                                      int64_t columns, int64_t filled) {
  gradient(scores, dweights, log_sum, dot, scale, weights, dscores, rows, columns, filled);
}
TRM_CLONES void softmax_gradient_tile(Matrix<const float> scores, Matrix<const float> dweights,
                                      const float* log_sum, const float* dot, float scale,
                                      Matrix<BFloat16> weights, Matrix<BFloat16> dscores,
                                      int64_t rows, int64_t columns, int64_t filled) {
  gradient(scores, dweights, log_sum, dot, scale, weights, dscores, rows, columns, filled);
}

}  // namespace trm::kernels::cpu
