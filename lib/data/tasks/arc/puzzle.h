#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/tasks/arc/grid.h"

namespace trm::data::arc {

// A task of ARC. Pairs keep the order that the file has them in.
struct Puzzle {
  std::string name;
  std::vector<Pair> train, test;
  bool test_first = false;  // the file lists "test" before "train"
  // Whether the outputs of the tests are known; without, they are [[0]], as the references have it.
  bool solved = true;
};

// The tasks of PREFIX_challenges.json and, where it is there, PREFIX_solutions.json, in the file's
// order; or of a folder with one JSON a task, in the order of their names. Error naming file, task
// and cell on whatever is no ARC task: wrong types, ragged, empty or too large grids, other
// colours, missing or superfluous solutions, one name twice.
std::vector<Puzzle> read_puzzles(const std::filesystem::path& prefix);

// Those of one file, an object of tasks by name.
std::vector<Puzzle> read_tasks(const std::filesystem::path& path);

// The files that read_puzzles reads.
std::vector<std::filesystem::path> files_of(const std::filesystem::path& prefix);

}  // namespace trm::data::arc
