#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "experiment/puzzles.h"
#include "experiment/step_clock.h"
#include "run/run_folder.h"
#include "train/trainer.h"

namespace trm::experiment {

// What a run writes down of itself while it goes on: the lines of metrics.jsonl, with how far it
// had come at each (docs/run_folder.md), and the same for TensorBoard.
class Journal {
 public:
  Journal(const Experiment& experiment, const Puzzles& puzzles, train::Trainer& trainer,
          run::RunFolder& run);

  StepClock& clock() { return clock_; }

  // A run at step 0: what is written already, of a process that came to no checkpoint, is put
  // aside.
  void begin();
  // One that goes on from a checkpoint, which the trainer has: all is as it was there.
  void resume(const run::Manifest& manifest);

  // A line of training, of the steps since the last one; warns of those that were bad.
  nlohmann::ordered_json trained(const train::StepStats& stats);
  // How far the run has come.
  struct Reached {
    double epoch = 0;                      // passes over the training set, as train.epochs counts
    std::optional<int64_t> examples = {};  // fresh puzzles that rows have taken
    double compute_seconds = 0;            // in steps of training
  };
  Reached reached() const;

  // The line of an evaluation, as it is in the log.
  nlohmann::ordered_json evaluated(nlohmann::ordered_json line, const Reached& reached);
  // The last line of training in a few words.
  const std::string& note() const { return note_; }

  // What a checkpoint has to remember of it.
  void describe(run::Manifest& manifest) const;

 private:
  void write(nlohmann::ordered_json& line, const Reached& reached);
  void restore(const run::Manifest& manifest);
  void warn_of_bad_steps(const train::TrainSums& sums) const;

  const Experiment& experiment_;
  train::Trainer& trainer_;
  run::RunFolder& run_;
  double steps_of_epoch_;
  StepClock clock_;
  std::string note_;
};

}  // namespace trm::experiment
