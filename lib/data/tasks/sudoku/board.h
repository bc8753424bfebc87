#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trm::data::sudoku {

// The block shape of a board: blocks of `rows` by `columns` cells. A board of 2x3 blocks has side
// 6, three bands (rows of blocks) and two stacks (columns of blocks).
struct Box {
  int rows = 3;
  int columns = 3;

  int side() const { return rows * columns; }
  int cells() const { return side() * side(); }
  int bands() const { return columns; }
  int stacks() const { return rows; }
  int block_of(int row, int column) const { return row / rows * rows + column / columns; }
  bool operator==(const Box&) const = default;
};

// Those that are known: "2x2", "2x3", "3x3" and "4x4".
inline constexpr std::array<Box, 4> kBoxes = {{{2, 2}, {2, 3}, {3, 3}, {4, 4}}};
Box parse_box(std::string_view name);
std::string to_string(Box box);
// The box of a board of so many cells, if there is one.
std::optional<Box> box_of_cells(size_t cells);

// Row-major digits, 0 where a cell is empty.
using Board = std::vector<uint8_t>;
using Cells = std::span<const uint8_t>;

// '.' for 0, then 1-9 and A-G.
char symbol(int digit);

// The token of a digit: 0 is padding, 1 an empty cell, d + 1 the digit d.
constexpr uint8_t token(uint8_t digit) { return static_cast<uint8_t>(digit + 1); }

// The digit of a symbol; '.' and '0' are 0, letters may be small. Nothing where the board has no
// such digit.
std::optional<uint8_t> parse_cell(char c, Box box);
// A character as an error names it: in quotes, or its byte where it cannot be printed.
std::string shown(char c);

// Reads `box.cells()` symbols. White space and the grid lines | - + are skipped.
Board parse_board(std::string_view text, Box box);
std::string to_line(Cells board);

// Whether the answer has every given of the puzzle.
bool keeps_givens(Cells puzzle, Cells answer);
// Whether a row, column or block has a digit twice; empty cells are none.
bool repeats_digit(Cells board, Box box);
// Whether the board is complete and each row, column and block has every digit.
bool obeys_rules(Cells answer, Box box);

// Cells to set off in a drawing, with the texts to put before and after each of them.
struct Marks {
  std::span<const bool> cells;  // empty or one per cell
  std::string_view before, after;
};

// Several lines of plain text with rules between the blocks, each line ended.
std::string draw(Cells board, Box box, const Marks& marks = {});

}  // namespace trm::data::sudoku
