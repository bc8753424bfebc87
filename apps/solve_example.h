#pragma once

#include <string>

#include "apps/solve_report.h"
#include "experiment/assemble.h"

namespace trm::apps {

// An example of a data set: which it is, and what the copies of its puzzle say together.
class SolveExample {
 public:
  // Error where the set has no such example.
  SolveExample(std::shared_ptr<const data::Dataset> data, const data::Task& task, int64_t example);

  Batch batch() const;
  // "task 00d62c1b, puzzle id 7, test 1 of 2"; empty where puzzles have no names.
  std::string title() const;

  // The examples of the puzzle's first `most` copies, and this one.
  std::vector<int64_t> examples_of_copies(int64_t most) const;

  // The answers that most of the puzzle's first `copies` give, after each is taken back through its
  // copy's transform, with the right one beside; empty where a task's copies do not vote.
  std::string votes(const experiment::TrainedModel& trained, const SolveReport& report,
                    int64_t copies, int64_t batch, int64_t depth) const;

 private:
  std::vector<data::Token> right_answer() const;  // of the puzzle itself, tokens [cells]

  std::shared_ptr<const data::Dataset> data_;
  const data::Task& task_;
  int64_t example_;
  int64_t place_, places_;             // among the examples of its puzzle
  int64_t first_puzzle_, end_puzzle_;  // the puzzle and its copies
};

}  // namespace trm::apps
