#pragma once

#include <memory>
#include <vector>

#include "apps/inspect_example.h"
#include "eval/evaluator.h"
#include "report/evaluation_page.h"

namespace trm::apps {

// Keeps the first puzzles of an evaluation with every supervision step of the trajectory that
// answered, for the player of its page; Request::frames of them. Votes are those of the copies of a
// task, where it has such, else of a puzzle's trajectories. `task` outlives it.
class EvalPlayer {
 public:
  EvalPlayer(std::shared_ptr<const data::Dataset> data, const data::Task& task,
             const eval::Request& request);

  void add(const eval::Answers& answers);
  // With the votes of all that was added.
  std::vector<report::Played> puzzles() const;

 private:
  report::Played played(const eval::Answers& answers, int64_t place) const;

  std::shared_ptr<const data::Dataset> data_;
  const data::Task& task_;
  std::unique_ptr<data::Scorer> scorer_;  // for its votes; null where nothing is kept
  TaskNames names_;
  size_t most_;
  int64_t breadth_;
  std::vector<report::Played> puzzles_;
};

}  // namespace trm::apps
