#pragma once

#include "core/part_clock.h"
#include "kernels/tile.h"

// Operands of products over a panel of rows, as a weight's gradient is: the rows are what is summed
// over, so that one operand is turned and the other has its rows in pairs where T wants it.

namespace trm::kernels::tile {

// to[j][at + i] = from[i][j], with a zero after an odd number of rows where they are pairs; then
// `at` is even. pairs: of as many columns, for half the rows.
template <class T>
void transpose_into(cpu::Matrix<const T> from, int64_t rows, int64_t columns, cpu::Matrix<T> to,
                    int64_t at, cpu::Matrix<uint32_t> pairs) {
  const PartScope copies(Part::kCopies);
  const auto out = words(to.from(0, at));
  if constexpr (tile::kPairs<T>) {
    cpu::pair_rows(from, pairs, rows, columns);
    cpu::transpose(constant(pairs), out, (rows + 1) / 2, columns);
  } else {
    cpu::transpose(words(from), out, rows, columns);
  }
}

// Rows [at, at + rows) of a right operand.
template <class T>
void place_rows(cpu::Matrix<const T> from, int64_t rows, int64_t columns, cpu::Matrix<T> to,
                int64_t at) {
  const PartScope copies(Part::kCopies);
  if constexpr (tile::kPairs<T>) {
    cpu::pair_rows(from, {words(to).at + at / 2 * to.step, to.step}, rows, columns);
  } else {
    cpu::convert(from, to.from(at, 0), rows, columns);
  }
}

template <class T>
void place_rows(cpu::Matrix<const T> from, int64_t rows, int64_t columns, Strips<T> to,
                int64_t at) {
  for_strips<T>(columns, [&](int64_t strip, int64_t first, int64_t count) {
    place_rows(from.from(0, first), rows, count, to.strip(strip), at);
  });
}

template <class T>
Right<T> right(cpu::Matrix<T> x) {
  return {x.at, x.step};
}

// x as a right operand: where it lies, or its rows in pairs in `room`, of as many rows, an even
// number of them, and columns.
inline Right<float> as_right(cpu::Matrix<const float> x, int64_t /*rows*/, int64_t /*columns*/,
                             cpu::Matrix<float> /*room*/) {
  return {x.at, x.step};
}
inline Right<cpu::BFloat16> as_right(cpu::Matrix<const cpu::BFloat16> x, int64_t rows,
                                     int64_t columns, cpu::Matrix<cpu::BFloat16> room) {
  place_rows(x, rows, columns, room, 0);
  return right(room);
}

// Rows [at, at + columns) of a right operand: the transpose of x [rows, columns]. Its pairs of rows
// are x's own neighbours, so that `at` and `columns` are even where rows are pairs.
template <class T>
void place_transposed(cpu::Matrix<const T> x, int64_t rows, int64_t columns, cpu::Matrix<T> to,
                      int64_t at) {
  const PartScope copies(Part::kCopies);
  cpu::transpose(words(x), {words(to).at + (kPairs<T> ? at / 2 : at) * to.step, to.step}, rows,
                 kPairs<T> ? columns / 2 : columns);
}
template <class T>
void place_transposed(cpu::Matrix<const T> x, int64_t rows, int64_t columns, Strips<T> to,
                      int64_t at) {
  for_strips<T>(rows, [&](int64_t strip, int64_t first, int64_t count) {
    place_transposed(x.from(first, 0), count, columns, to.strip(strip), at);
  });
}

}  // namespace trm::kernels::tile
