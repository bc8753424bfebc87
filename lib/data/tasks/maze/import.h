#pragma once

#include <vector>

#include "core/file.h"
#include "core/progress.h"
#include "data/tasks/maze/puzzle.h"
#include "data/tasks/maze/symbols.h"

namespace trm::data::maze {

struct Imported {
  std::vector<Puzzle> puzzles;
  int64_t solved = 0;  // came without an answer
};

// Mazes of a table (data/puzzle_csv.h), plain or gzipped: squares of 2 to 64 cells a side, all as
// large as the first. Each row is checked: one S and one G, an answer that changes open cells
// alone, marked cells that all hang together from S to G. Without answers it is the path of
// shortest_path() that is marked. Error naming file, line and cell of what is wrong, and how many
// rows are. `progress` counts rows.
Imported read_csv(const fs::path& path, const Symbols& symbols, Progress& progress);

// A board of the file without those checks but for its characters; `where` begins the message.
Grid read_board(const std::string& text, const std::string& where);

}  // namespace trm::data::maze
