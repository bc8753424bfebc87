#pragma once

#include <cstdint>

#include "kernels/cpu/rows.h"

// What lies between the products of a tile (kernels/tile.h), free of LibTorch: sums are float,
// operands of the next product T, float or BFloat16. A matrix is a pointer and the distance from
// one row to the next, in elements.

namespace trm::kernels::cpu {

template <class T>
struct Matrix {
  T* at;
  int64_t step;  // from a row to the next

  T* row(int64_t i) const { return at + i * step; }
  Matrix from(int64_t row, int64_t column) const { return {at + row * step + column, step}; }
};

// out[j][i] = in[i][j] for i < rows, j < columns.
void transpose(Matrix<const uint32_t> in, Matrix<uint32_t> out, int64_t rows, int64_t columns);

// out[i / 2][j] = in[i][j] and in[i + 1][j] as one word, the first in its lower half; zero stands
// for a row that is missing at an odd end. The layout of a right operand in bfloat16.
void pair_rows(Matrix<const BFloat16> in, Matrix<uint32_t> out, int64_t rows, int64_t columns);

// act = silu(gate) * up.
void gate_tile(Matrix<const float> gate, Matrix<const float> up, Matrix<float> act, int64_t rows,
               int64_t columns);
// The same of the sums rounded to bfloat16; these are kept where saved_gate.at is not null.
void gate_tile(Matrix<const float> gate, Matrix<const float> up, Matrix<BFloat16> saved_gate,
               Matrix<BFloat16> saved_up, Matrix<BFloat16> act, int64_t rows, int64_t columns);

// From the gradient of act to those of gate and up; act is computed again.
void gate_gradient_tile(Matrix<const float> dact, Matrix<const float> gate, Matrix<const float> up,
                        Matrix<float> dgate, Matrix<float> dup, Matrix<float> act, int64_t rows,
                        int64_t columns);
void gate_gradient_tile(Matrix<const float> dact, Matrix<const BFloat16> gate,
                        Matrix<const BFloat16> up, Matrix<BFloat16> dgate, Matrix<BFloat16> dup,
                        Matrix<BFloat16> act, int64_t rows, int64_t columns);

// y = (h + r) * rstd with rstd = 1 / sqrt(mean of squares + eps) of each row; of each column. r is
// rounded to T first, as the references round what they add.
void add_rms_norm_tile_rows(Matrix<const float> h, Matrix<const float> r, Matrix<float> y,
                            float* rstd, int64_t rows, int64_t columns, float eps);
void add_rms_norm_tile_rows(Matrix<const BFloat16> h, Matrix<const float> r, Matrix<BFloat16> y,
                            float* rstd, int64_t rows, int64_t columns, float eps);
void add_rms_norm_tile_columns(Matrix<const float> h, Matrix<const float> r, Matrix<float> y,
                               float* rstd, int64_t rows, int64_t columns, float eps);
void add_rms_norm_tile_columns(Matrix<const BFloat16> h, Matrix<const float> r, Matrix<BFloat16> y,
                               float* rstd, int64_t rows, int64_t columns, float eps);

// out = in, from one type to the other.
void convert(Matrix<const BFloat16> in, Matrix<float> out, int64_t rows, int64_t columns);
void convert(Matrix<const float> in, Matrix<BFloat16> out, int64_t rows, int64_t columns);
void convert(Matrix<const float> in, Matrix<float> out, int64_t rows, int64_t columns);

}  // namespace trm::kernels::cpu
