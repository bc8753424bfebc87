#include "data/tasks/sudoku/symmetry.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace trm::data::sudoku {
namespace {

// Lines (rows or columns) in an order that keeps groups (bands or stacks) of `size` together.
void draw_lines(std::span<uint8_t> lines, size_t size, bool groups, bool within, Stream& stream) {
  std::array<uint8_t, 4> order = {0, 1, 2, 3};
  const auto used = std::span(order).first(lines.size() / size);
  if (groups) stream.shuffle(used);
  for (size_t group = 0; group < used.size(); ++group) {
    const auto inner = lines.subspan(group * size, size);
    std::iota(inner.begin(), inner.end(), static_cast<uint8_t>(used[group] * size));
    if (within) stream.shuffle(inner);
  }
}

void draw_lines(std::span<uint8_t> lines, NumpyLegacy& random) {
  size_t line = 0;
  for (const int64_t group : random.permutation(3)) {
    for (const int64_t inner : random.permutation(3)) {
      lines[line++] = static_cast<uint8_t>(group * 3 + inner);
    }
  }
}

void invert(std::span<const uint8_t> map, std::span<uint8_t> out) {
  for (size_t i = 0; i < map.size(); ++i) out[map[i]] = static_cast<uint8_t>(i);
}

}  // namespace

Symmetry::Symmetry(Box box) : box_(box) {
  std::iota(rows_.begin(), rows_.end(), uint8_t{0});
  columns_ = rows_;
  std::iota(tokens_.begin(), tokens_.end(), uint8_t{0});
}

Symmetry::Symmetry(Box box, const SymmetryConfig& config, Stream& stream) : Symmetry(box) {
  const auto side = static_cast<size_t>(box.side());
  if (config.digits) stream.shuffle(std::span(tokens_).subspan(token(1), side));
  draw_lines(std::span(rows_).first(side), static_cast<size_t>(box.rows), config.bands, config.rows,
             stream);
  draw_lines(std::span(columns_).first(side), static_cast<size_t>(box.columns), config.stacks,
             config.columns, stream);
  transposed_ = config.transpose && box.rows == box.columns && stream.below(2) == 1;
}

Symmetry::Symmetry(NumpyLegacy& random) : Symmetry(Box{3, 3}) {
  const std::vector<int64_t> digits = random.permutation(9);
  for (size_t i = 0; i < digits.size(); ++i) {
    tokens_[token(1) + i] = token(static_cast<uint8_t>(digits[i] + 1));
  }
  transposed_ = random.rand() < 0.5;
  draw_lines(rows_, random);
  draw_lines(columns_, random);
}

void Symmetry::apply_to_tokens(Cells tokens, std::span<uint8_t> out) const {
  const auto side = static_cast<size_t>(box_.side());
  if (tokens.size() != side * side || out.size() != side * side) {
    throw std::logic_error("sudoku symmetry: size of the board");
  }
  const size_t row_step = transposed_ ? 1 : side, column_step = transposed_ ? side : 1;
  std::array<size_t, 16> columns;
  for (size_t j = 0; j < side; ++j) columns[j] = columns_[j] * column_step;
  uint8_t* to = out.data();
  for (size_t i = 0; i < side; ++i) {
    const uint8_t* from = tokens.data() + rows_[i] * row_step;
    for (size_t j = 0; j < side; ++j) *to++ = tokens_[from[columns[j]]];
  }
}

void Symmetry::apply(Cells digits, std::span<uint8_t> out) const {
  std::array<uint8_t, 256> tokens;
  if (digits.size() > tokens.size()) throw std::logic_error("sudoku symmetry: size of the board");
  std::ranges::transform(digits, tokens.begin(), token);
  apply_to_tokens(std::span(tokens).first(digits.size()), out);
  for (uint8_t& cell : out) --cell;
}

Symmetry Symmetry::inverse() const {
  const auto side = static_cast<size_t>(box_.side());
  Symmetry inverse(box_);
  inverse.transposed_ = transposed_;
  invert(tokens_, inverse.tokens_);
  // Undoing a transposition swaps what was done to rows and to columns.
  invert(std::span(transposed_ ? columns_ : rows_).first(side), inverse.rows_);
  invert(std::span(transposed_ ? rows_ : columns_).first(side), inverse.columns_);
  return inverse;
}

}  // namespace trm::data::sudoku
