#pragma once

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

}  // namespace trm::data::arc
