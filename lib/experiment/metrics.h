#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "eval/evaluator.h"
#include "train/trainer.h"

namespace trm::experiment {

// Lines of metrics.jsonl without how far the run has come, which the journal adds
// (docs/run_folder.md). Names are the references' (spec 4): train/lm_loss and train/q_halt_loss are
// means over rows, the others over rows that halted. Keys that end in "seconds" or "per_second" are
// times; all else is the same in every run of a config on a machine.
nlohmann::ordered_json training_line(int64_t step, const train::TrainSums& sums,
                                     const train::StepStats& stats, const train::Trainer& trainer,
                                     int64_t batch);
nlohmann::ordered_json evaluation_line(int64_t step, const std::string& prefix,
                                       const eval::Evaluation& evaluation);

// The same for people, in a few words.
std::string training_note(const train::TrainSums& sums, int64_t batch);
std::string evaluation_note(const std::string& what, const eval::Evaluation& evaluation);

// "trm 0.1.0 (commit 1234abcd, changed)".
std::string made_by();

}  // namespace trm::experiment
