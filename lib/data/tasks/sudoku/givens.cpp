#include "data/tasks/sudoku/givens.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace trm::data::sudoku {

int count_givens(Cells puzzle) {
  return static_cast<int>(puzzle.size()) -
         static_cast<int>(std::count(puzzle.begin(), puzzle.end(), uint8_t{0}));
}

Board dig(const Solver& solver, Cells grid, const DigLimits& limits, Stream& stream) {
  Board puzzle(grid.begin(), grid.end());
  int givens = static_cast<int>(puzzle.size());
  for (const int cell : stream.permutation(givens)) {
    if (givens <= limits.fewest_givens) break;
    uint8_t& given = puzzle[static_cast<size_t>(cell)];
    const uint8_t digit = given;
    given = 0;
    const auto other = solver.has_other(puzzle, cell, digit, limits.max_guesses);
    if (other.has_value() && !*other) {
      --givens;
    } else {
      given = digit;
    }
  }
  return puzzle;
}

std::vector<GivensChoice> unique_choices(const Solver& solver, Cells grid) {
  constexpr uint32_t kAll = 0xFFFF;
  if (grid.size() != 16) throw std::logic_error("sudoku unique_choices: too many cells");
  std::vector<bool> unique(kAll + 1);
  // From all cells downwards: fewer givens cannot be unique where more are not.
  for (uint32_t cells = kAll + 1; cells-- > 0;) {
    bool possible = true;
    Board puzzle(grid.begin(), grid.end());
    for (size_t cell = 0; cell < 16; ++cell) {
      if ((cells >> cell & 1) != 0) continue;
      puzzle[cell] = 0;
      possible = possible && unique[cells | uint32_t{1} << cell];
    }
    unique[cells] = possible && solver.solve(puzzle, 2).count == 1;
  }
  std::vector<GivensChoice> choices;
  for (uint32_t cells = 0; cells <= kAll; ++cells) {
    if (!unique[cells]) continue;
    bool minimal = true;
    for (uint32_t bit = 1; bit <= kAll; bit <<= 1) {
      minimal = minimal && ((cells & bit) == 0 || !unique[cells & ~bit]);
    }
    choices.push_back({static_cast<uint16_t>(cells), std::popcount(cells), minimal});
  }
  return choices;
}

}  // namespace trm::data::sudoku
