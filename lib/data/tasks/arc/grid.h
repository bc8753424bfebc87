#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace trm::data::arc {

inline constexpr int64_t kMostSide = 30;  // of a grid, and the side of the references' canvas
inline constexpr uint8_t kColours = 10;
// Tokens on the canvas (spec 7.4): padding, the end of a row or column, and colour + 2.
inline constexpr uint8_t kPadding = 0, kEnd = 1, kFirstColour = 2;
inline constexpr int64_t kVocabulary = 12;

// A grid of colours, row by row. Predictions may be empty (0x0).
struct Grid {
  int64_t rows = 0, columns = 0;
  std::vector<uint8_t> cells;

  uint8_t at(int64_t row, int64_t column) const {
    return cells[static_cast<size_t>(row * columns + column)];
  }
  bool operator==(const Grid&) const = default;
  auto operator<=>(const Grid&) const = default;
};

struct Pair {
  Grid input, output;
  bool operator==(const Pair&) const = default;
};

// SHA-256 of rows, columns and cells as bytes, in hexadecimal.
std::string grid_hash(const Grid& grid);

// Writes a grid on an empty square canvas of tokens with its top left cell at (row, column): the
// row below and the column to the right, where they fit, are ends; their common corner is padding.
void place(const Grid& grid, int64_t row, int64_t column, std::span<uint8_t> canvas);

// The grid at the top left of a canvas (spec 6.9): of all rectangles of colours that begin there
// the largest, of equal ones that of fewest rows. Exact for a placed grid; a prediction may hold
// anything.
Grid crop(std::span<const uint8_t> canvas);

// Where a placed grid begins: the first row and column that hold a colour.
struct Corner {
  int64_t row = 0, column = 0;
};
Corner corner_of(std::span<const uint8_t> canvas);

}  // namespace trm::data::arc
