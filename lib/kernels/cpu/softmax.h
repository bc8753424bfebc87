#pragma once

#include "kernels/cpu/tile_loops.h"

// What lies between the products of attention: weights from scores, and back. Rows are queries,
// columns are tokens; from there to `filled` columns, those that an operand of pairs has besides,
// weights are 0.

namespace trm::kernels::cpu {

// weights = exp(scale (s - the row's largest)); sum: of a row's; log_sum: log of the sum of
// exp(scale s).
void softmax_tile(Matrix<const float> scores, Matrix<float> weights, float* sum, float* log_sum,
                  float scale, int64_t rows, int64_t columns, int64_t filled);
void softmax_tile(Matrix<const float> scores, Matrix<BFloat16> weights, float* sum, float* log_sum,
                  float scale, int64_t rows, int64_t columns, int64_t filled);

// out = in / sum, row by row.
void divide_rows(Matrix<const float> in, const float* sum, Matrix<float> out, int64_t rows,
                 int64_t columns);
void divide_rows(Matrix<const float> in, const float* sum, Matrix<BFloat16> out, int64_t rows,
                 int64_t columns);

// out[i] = the product of rows i.
void dot_rows(Matrix<const float> a, Matrix<const float> b, float* out, int64_t rows,
              int64_t columns);
void dot_rows(Matrix<const BFloat16> a, Matrix<const BFloat16> b, float* out, int64_t rows,
              int64_t columns);

// weights = exp(scale s - log_sum), which add up to 1; dscores = scale weights (dweights - dot).
void softmax_gradient_tile(Matrix<const float> scores, Matrix<const float> dweights,
                           const float* log_sum, const float* dot, float scale,
                           Matrix<float> weights, Matrix<float> dscores, int64_t rows,
                           int64_t columns, int64_t filled);
void softmax_gradient_tile(Matrix<const float> scores, Matrix<const float> dweights,
                           const float* log_sum, const float* dot, float scale,
                           Matrix<BFloat16> weights, Matrix<BFloat16> dscores, int64_t rows,
                           int64_t columns, int64_t filled);

}  // namespace trm::kernels::cpu
