#pragma once

#include <memory>
#include <vector>

#include "apps/inspect_example.h"
#include "eval/evaluator.h"
#include "report/evaluation_page.h"

namespace trm::apps {

// Keeps the first puzzles of an evaluation with every supervision step of the trajectory that
// answered, for the player of its page.
class EvalPlayer {
 public:
  EvalPlayer(std::shared_ptr<const data::Dataset> data, int64_t most, int64_t breadth);

  void add(const eval::Answers& answers);
  const std::vector<report::Played>& puzzles() const { return puzzles_; }

 private:
  report::Played played(const eval::Answers& answers, int64_t place) const;

  std::shared_ptr<const data::Dataset> data_;
  TaskNames names_;
  size_t most_;
  int64_t breadth_;
  std::vector<report::Played> puzzles_;
};

}  // namespace trm::apps
