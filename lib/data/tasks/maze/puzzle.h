#pragma once

#include <cstdint>
#include <string>

#include "data/tasks/maze/grid.h"

namespace trm::data::maze {

struct Puzzle {
  Grid question, answer;
  int64_t rating = 0;  // cells of its path, S and G among them
  std::string source = {};
};

}  // namespace trm::data::maze
