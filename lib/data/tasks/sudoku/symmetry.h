#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/config.h"
#include "core/numpy_random.h"
#include "core/random.h"
#include "data/tasks/sudoku/board.h"

namespace trm::data::sudoku {

// Which generators of the group are drawn; those left out stay the identity.
struct SymmetryConfig {
  bool digits = true;
  bool bands = true;
  bool rows = true;
  bool stacks = true;
  bool columns = true;
  bool transpose = true;

  template <class V>
  void fields(V& v) {
    v("digits", digits, "rename the digits");
    v("bands", bands, "permute the bands (rows of blocks)");
    v("rows", rows, "permute the rows within each band");
    v("stacks", stacks, "permute the stacks (columns of blocks)");
    v("columns", columns, "permute the columns within each stack");
    v("transpose", transpose, "swap rows and columns half of the time, where blocks are square");
  }
};

// One change of a board that keeps the rules:
//   out[i, j] = digit map of in'[row i, column j],  in' = in or, half of the time, in transposed.
class Symmetry {
 public:
  // Each enabled generator uniform and independent of the others.
  Symmetry(Box box, const SymmetryConfig& config, Stream& stream);
  // For 3x3 blocks, in the draw order of the reference's builder (spec 7.1).
  explicit Symmetry(NumpyLegacy& random);

  // Both spans have a cell each; they must not overlap. Digits at most the side; 0, empty, stays.
  void apply(Cells digits, std::span<uint8_t> out) const;
  // The same on tokens: padding and empty stay.
  void apply_to_tokens(Cells tokens, std::span<uint8_t> out) const;

  Symmetry inverse() const;

 private:
  explicit Symmetry(Box box);

  Box box_;
  bool transposed_ = false;
  std::array<uint8_t, 16> rows_{}, columns_{};  // where a row, a column comes from
  std::array<uint8_t, 18> tokens_{};
};

}  // namespace trm::data::sudoku
