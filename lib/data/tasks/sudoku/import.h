#pragma once

#include <vector>

#include "core/file.h"
#include "core/progress.h"
#include "data/tasks/sudoku/puzzle.h"

namespace trm::data::sudoku {

// Puzzles of a file `source,question,answer,rating` with that header, plain or gzipped: the format
// of Sudoku-Extreme, for all boxes. The first row's length says the box. Each row is checked: its
// answer must be the only solution of its question. Error "file: line n: ..." on the first line
// that is wrong. `progress` counts rows.
std::vector<Puzzle> read_csv(const fs::path& path, Progress& progress);

}  // namespace trm::data::sudoku
