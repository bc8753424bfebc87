#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "apps/solve_rows.h"
#include "data/task.h"

namespace trm::apps {

// --check: an exit code that says whether all answers obey the rules of their puzzles, or, of tasks
// without rules, whether they are right.
class SolveCheck {
 public:
  static constexpr int kBroken = 1;  // the exit code where an answer is not good

  void add_option(CLI::App& app);
  bool wanted() const { return wanted_; }
  // Of a puzzle, before it is solved. Error where nothing can tell whether its answer is good.
  void require(const data::Task& task, const std::string& where, bool known) const;
  void see(const data::Task& task, const Solved& solved);
  // Says how many were good.
  int exit_code(const data::Task& task) const;

 private:
  bool wanted_ = false;
  size_t seen_ = 0, broken_ = 0;
};

}  // namespace trm::apps
