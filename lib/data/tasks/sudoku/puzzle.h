#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "data/tasks/sudoku/board.h"

namespace trm::data::sudoku {

struct Puzzle {
  Board question, answer;
  std::optional<int64_t> rating = {};  // how hard it is, by the measure of its source
  std::string source = {};
};

}  // namespace trm::data::sudoku
