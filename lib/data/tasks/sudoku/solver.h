#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "core/random.h"
#include "data/tasks/sudoku/board.h"

namespace trm::data::sudoku {

struct Solution {
  int count = 0;         // solutions found, at most the limit
  int64_t guesses = 0;   // digits tried where the search branched
  bool complete = true;  // false when the search ended at max_guesses
  Board first;           // empty when there is none
};

// Depth-first search over candidate sets. At each node naked singles (a cell with one candidate)
// and hidden singles (a digit with one place in a unit) are filled in until none is left; the
// search then branches at the first cell with the fewest candidates, in digit order. Both rules
// only remove candidates, so the result does not depend on the order in which they are applied: the
// number of guesses is a property of the puzzle, and with limit 2 (find the solution, prove it
// unique) it is the rating of generated puzzles.
class Solver {
 public:
  explicit Solver(Box box);

  Box box() const { return box_; }

  // The board must have box.cells() digits of at most box.side().
  Solution solve(Cells board, int limit = 2,
                 int64_t max_guesses = std::numeric_limits<int64_t>::max()) const;

  // Whether the board, empty at `cell`, has a solution with another digit than `digit` there;
  // nothing when that takes more than max_guesses.
  std::optional<bool> has_other(Cells board, int cell, int digit, int64_t max_guesses) const;

  // A random complete grid: the search from an empty board with cell and digit order drawn.
  Board random_grid(Stream& stream) const;

 private:
  friend class Search;

  Box box_;
  std::vector<std::vector<uint8_t>> units_;  // the cells of each row, column and block
  std::vector<std::vector<uint8_t>> peers_;  // per cell: the cells that share a unit with it
  std::vector<uint64_t> units_of_;           // per cell: its units, one bit each
};

// With a solver made for this call.
Solution solve(Cells board, Box box, int limit = 2);

}  // namespace trm::data::sudoku
