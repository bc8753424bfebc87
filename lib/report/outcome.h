#pragma once

#include <string>
#include <vector>

#include "report/evaluation_page.h"

namespace trm::report {

// How a puzzle of the player ended.
struct Outcome {
  bool known = false;                  // whether the right answer is, at one cell at least
  bool right = false;                  // every cell that is asked; of a known one
  int64_t cells = 0, right_cells = 0;  // that are asked
  int64_t last_change = 1;  // the supervision step, from 1, after which the answer is what it stays
  std::string mistake = {};  // data::Task::mistake of a wrong one
};

Outcome outcome_of(const Played& puzzle, const data::Task& task);

// How many wrong puzzles have made each mistake, the most frequent first.
struct MistakeCount {
  std::string name;
  int64_t puzzles = 0;
};
std::vector<MistakeCount> count_mistakes(const std::vector<Outcome>& outcomes);

// The label with 0 where it is not known, as pictures and tasks take it.
std::vector<data::Token> solution_of(const Played& puzzle);

}  // namespace trm::report
