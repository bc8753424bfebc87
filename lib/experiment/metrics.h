#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "eval/evaluator.h"
#include "train/trainer.h"

namespace trm::experiment {

// Steps per second since it was started or last read.
class Rate {
 public:
  void start(int64_t step);
  double take(int64_t step);

 private:
  std::chrono::steady_clock::time_point since_;
  int64_t step_ = 0;
};

// Lines of metrics.jsonl. Names are the references' (spec 4): train/lm_loss and train/q_halt_loss
// are means over rows, the others over rows that halted. Keys that end in "seconds" or "per_second"
// are times; all else is the same in every run of a config on a machine.
nlohmann::ordered_json training_line(int64_t step, const train::TrainSums& sums,
                                     const train::StepStats& stats, const train::Trainer& trainer,
                                     int64_t batch, Rate& rate);
nlohmann::ordered_json evaluation_line(int64_t step, const std::string& prefix,
                                       const eval::Evaluation& evaluation);

// The same for people, in a few words.
std::string training_note(const train::TrainSums& sums, int64_t batch);
std::string evaluation_note(const std::string& what, const eval::Evaluation& evaluation);

// "trm 0.1.0 (commit 1234abcd, changed)".
std::string made_by();

}  // namespace trm::experiment
