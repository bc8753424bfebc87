#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/progress.h"
#include "data/tasks/sudoku/puzzle.h"

namespace trm::data::sudoku {

struct GenerateRequest {
  Box box;
  int64_t train = 0, test = 0;                     // puzzles
  std::optional<std::pair<int, int>> givens = {};  // fewest and most, drawn evenly
  bool minimal = false;                            // no given can be left out
  uint64_t seed = 0;
  int threads = 0;  // 0: as many as the machine has
};

struct Generated {
  std::vector<Puzzle> train, test;
};

// Puzzles with one solution each, rated by the guesses that Solver::solve takes with limit 2. No
// puzzle is twice in a set, and no solution of the test set is equivalent to one of the train set.
// Of 2x2 and 2x3 blocks, which have few classes of solutions, the seed deals the classes out to the
// two sets in proportion to their sizes.
//
// With neither `givens` nor `minimal` puzzles are minimal as well, but for 4x4 blocks, where that
// takes long to prove: there they are nearly minimal (see recipe.h). The result depends on the
// request but for its threads.
Generated generate(const GenerateRequest& request, Progress& progress);

}  // namespace trm::data::sudoku
