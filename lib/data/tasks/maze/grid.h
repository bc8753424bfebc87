#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trm::data::maze {

// Cells as tokens (spec 7.2). Padding never occurs in a maze; a model may answer it.
enum Token : uint8_t { kPadding, kWall, kOpen, kStart, kGoal, kPath };
inline constexpr int64_t kVocabulary = 6;
inline constexpr size_t kLeastSide = 2, kMostSide = 64;

// Row-major tokens of a square.
using Grid = std::vector<uint8_t>;
using Cells = std::span<const uint8_t>;

// The side of a square maze of so many cells, if there is one.
std::optional<size_t> side_of(size_t cells);

constexpr bool is_passable(uint8_t token) { return token >= kOpen; }

// Calls visit(neighbour) for the cells that share an edge with `cell`: below, left, right, above.
// The labels of Maze-Hard depend on this order.
template <class Visit>
void for_each_neighbour(size_t cell, size_t side, Visit&& visit) {
  const size_t column = cell % side;
  if (cell + side < side * side) visit(cell + side);
  if (column > 0) visit(cell - 1);
  if (column + 1 < side) visit(cell + 1);
  if (cell >= side) visit(cell - side);
}

// The token of one of "# SGo".
std::optional<uint8_t> parse_cell(char c);
// The character of a token, '?' for padding.
char symbol(uint8_t token);
// A character as an error names it: in quotes, or its byte where it cannot be printed.
std::string shown(char c);
// "row 2, column 5", counted from 1.
std::string place(size_t cell, size_t side);

// What is wrong with the ends of a maze, or nothing: it has one S and one G.
std::optional<std::string> fault_of_ends(Cells maze);

// Reads a maze without a path: a line for each row, or one line of all cells; '.' is open as well,
// and the frame of draw() is passed over. Error saying what is wrong with it.
Grid parse_grid(std::string_view text, size_t side);

// All cells in one line, open ones as '.', which no editor strips.
std::string to_line(Cells maze);

// Cells to set off in a drawing, with the texts to put before and after each of them.
struct Marks {
  std::span<const bool> cells;  // empty or one per cell
  std::string_view before, after;
};

// A line for each row in a frame, since a maze may be open at its edge.
std::string draw(Cells maze, const Marks& marks = {});

}  // namespace trm::data::maze
