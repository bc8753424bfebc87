#pragma once

#include <vector>

#include "core/file.h"
#include "core/progress.h"
#include "data/tasks/maze/puzzle.h"

namespace trm::data::maze {

// Mazes of a file `source,question,answer,rating` with that header, plain or gzipped: the format of
// Maze-Hard, for squares of 2 to 64 cells a side, all as large as the first. Each row is checked:
// one S and one G, an answer that changes open cells alone, marked cells that all hang together
// from S to G. Error "file: line n: ..." on the first line that is wrong, with the cell where that
// is one. `progress` counts rows.
std::vector<Puzzle> read_csv(const fs::path& path, Progress& progress);

// A board of the file without those checks but for its characters; `where` begins the message.
Grid read_board(const std::string& text, const std::string& where);

}  // namespace trm::data::maze
