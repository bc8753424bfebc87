#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "data/tasks/maze/grid.h"

namespace trm::data::maze {

struct Puzzle {
  Grid question, answer;
  std::optional<int64_t> rating = {};  // cells of its path, S and G among them
  std::string source = {};
};

}  // namespace trm::data::maze
