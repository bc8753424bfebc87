#pragma once

#include <optional>
#include <string>

#include "eval/evaluator.h"
#include "experiment/puzzles.h"

namespace trm::experiment {

// How long a run's evaluation of its test set will take, by what this process has timed: an earlier
// evaluation, else training steps, whose arithmetic is known.
class TestForecast {
 public:
  TestForecast(const Experiment& experiment, const model::Model& model, const Puzzles& puzzles);

  void trained(double steps_per_second);
  void evaluated(const eval::Evaluation& evaluation);

  // Nothing before there is anything to tell it by.
  std::optional<double> seconds() const;
  bool is_cut() const { return puzzles_ < all_puzzles_; }  // by evaluate.limit
  bool is_long() const;  // minutes, which a person wants to know of before
  // "the first 1000 of 422786 test puzzles (evaluate.limit), about 1 h 02 min".
  std::string text() const;

 private:
  int64_t puzzles_, all_puzzles_;
  double steps_a_puzzle_;  // training steps that have the arithmetic of a puzzle's evaluation
  std::optional<double> by_training_, by_evaluating_;  // seconds of a puzzle
};

}  // namespace trm::experiment
