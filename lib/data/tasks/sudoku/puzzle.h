#pragma once

#include <cstdint>
#include <string>

#include "data/tasks/sudoku/board.h"

namespace trm::data::sudoku {

struct Puzzle {
  Board question, answer;
  int64_t rating = 0;  // how hard it is, by the measure of its source
  std::string source = {};
};

}  // namespace trm::data::sudoku
