#pragma once

#include "run/run_folder.h"
#include "train/trainer.h"

namespace trm::experiment {

// Where a run was when numbers that are not finite ended it.
struct BadStep {
  const run::RunFolder& run;
  const run::Manifest& manifest;
  const std::string& config_yaml;
};

// Error where the weights, the puzzle embedding, the averages or the moments are not finite: to be
// called before they are saved. bad_step_N/ of the run, a checkpoint by its form that no run goes
// on from, keeps the state to be looked at.
void check_finite(const train::Trainer::Saved& state, const BadStep& at);

// Ends a run whose last steps were skipped, the last of them on this batch, which is kept with the
// state.
[[noreturn]] void stop_after_skips(train::Trainer& trainer, const Batch& batch, const BadStep& at);

}  // namespace trm::experiment
