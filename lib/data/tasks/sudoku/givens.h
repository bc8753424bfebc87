#pragma once

#include <cstdint>
#include <vector>

#include "core/random.h"
#include "data/tasks/sudoku/solver.h"

namespace trm::data::sudoku {

int count_givens(Cells puzzle);

struct DigLimits {
  int fewest_givens = 0;    // ends when so many are left
  int64_t max_guesses = 0;  // for one question; a given that takes more to decide stays
};

// Takes givens from a complete grid, cell by cell in a drawn order, wherever the solution stays
// unique without. A given that is needed stays needed when others go, so one pass is enough: with
// fewest_givens 0 and guesses enough the puzzle is minimal.
Board dig(const Solver& solver, Cells grid, const DigLimits& limits, Stream& stream);

// Every choice of givens of a grid of 2x2 blocks that leaves the solution unique: bit i is cell i.
struct GivensChoice {
  uint16_t cells;
  int count;
  bool minimal;  // no given of it can be left out
};
std::vector<GivensChoice> unique_choices(const Solver& solver, Cells grid);

}  // namespace trm::data::sudoku
