#pragma once

#include "eval/evaluator.h"
#include "experiment/agreement.h"
#include "experiment/puzzles.h"
#include "run/run_folder.h"
#include "train/trainer.h"

namespace trm::experiment {

// Evaluates a run's averaged weights on its own sets. What an evaluation makes besides scores goes
// to outputs/ of the run, and its first puzzles as images to its events. An interrupt ends an
// evaluation after the batch, with nothing returned and nothing kept of it.
class RunEvaluator {
 public:
  RunEvaluator(const Experiment& experiment, const Puzzles& puzzles, train::Trainer& trainer,
               run::RunFolder& run, const Agreement& ranks)
      : experiment_(experiment), puzzles_(puzzles), trainer_(trainer), run_(run), ranks_(ranks) {}

  bool has_validation() const { return !puzzles_.validation_examples.empty(); }
  std::optional<eval::Evaluation> validation();
  std::optional<eval::Evaluation> test();

 private:
  std::optional<eval::Evaluation> evaluate(const char* title,
                                           const std::shared_ptr<const data::Dataset>& data,
                                           std::vector<int64_t> examples);

  const Experiment& experiment_;
  const Puzzles& puzzles_;
  train::Trainer& trainer_;
  run::RunFolder& run_;
  const Agreement& ranks_;
};

}  // namespace trm::experiment
