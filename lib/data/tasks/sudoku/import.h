#pragma once

#include <vector>

#include "core/file.h"
#include "core/progress.h"
#include "data/tasks/sudoku/puzzle.h"

namespace trm::data::sudoku {

struct Imported {
  std::vector<Puzzle> puzzles;
  int64_t solved = 0;  // came without an answer
};

// Puzzles of a table (data/puzzle_csv.h) or a list with one a line, plain or gzipped, for all
// boxes; lines that begin with # are comments. The first puzzle's length says the box. An answer
// that comes along must be a solution (data/audit.h says whether it is the only one); a puzzle
// without one must have a single solution and gets it. Error naming file and line of what is wrong,
// and how many rows are. `progress` counts rows.
Imported read_csv(const fs::path& path, Progress& progress);

}  // namespace trm::data::sudoku
