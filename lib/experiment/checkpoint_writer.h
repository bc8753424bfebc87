#pragma once

#include <chrono>
#include <future>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "data/puzzle_names.h"
#include "experiment/experiment.h"
#include "run/run_folder.h"
#include "train/trainer.h"

namespace trm::experiment {

// Saves a run's checkpoints. Training waits for the copy of its tensors alone: a thread looks for
// numbers that are not finite (bad_step.h), writes them, reads them back, and only then removes
// older ones. One is written at a time. What goes wrong there is thrown in the training thread, by
// the next call of any function here.
class CheckpointWriter {
 public:
  // `choice`: the scores that choose the best one; `names`: of the puzzle table's rows.
  CheckpointWriter(const Experiment& experiment, run::RunFolder& run,
                   std::vector<run::Score> choice, const std::optional<data::PuzzleNames>& names)
      : experiment_(experiment), run_(run), choice_(std::move(choice)), names_(names) {}
  ~CheckpointWriter();  // what has begun is finished

  // By time, or asked for with SIGUSR1.
  bool is_due(int64_t step);

  // Begins to save what the next step depends on, once the save before is done. A call of all
  // ranks, of which the first writes.
  void save(const train::Trainer& trainer, const run::Manifest& manifest);
  std::optional<int64_t> saved_step() const { return saved_step_; }  // the last one begun
  // Until that is on the disk.
  void wait();

  // The step that was saved last has been evaluated, with this line of the log: chooses the best
  // one.
  void evaluated(const nlohmann::ordered_json& line);

  // The step with the best validation so far; known where the run is written.
  std::optional<int64_t> best_step() const { return run_.best(choice_); }

  // A run that is continued: its newest checkpoint is that of this step.
  void resumed_at(int64_t step);

 private:
  using Clock = std::chrono::steady_clock;

  run::Kept kept() const;
  void choose_best() const;

  const Experiment& experiment_;
  run::RunFolder& run_;
  std::vector<run::Score> choice_;
  const std::optional<data::PuzzleNames>& names_;
  std::future<void> writing_;
  std::optional<int64_t> saved_step_;
  Clock::time_point saved_at_ = Clock::now();
};

}  // namespace trm::experiment
