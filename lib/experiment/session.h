#pragma once

#include "core/progress.h"
#include "dist/world.h"
#include "eval/evaluator.h"
#include "experiment/experiment.h"
#include "run/run_folder.h"

namespace trm::experiment {

struct SessionResult {
  int signal = 0;                    // that stopped the run early; 0 at its end
  int64_t step = 0;                  // steps done
  std::optional<int64_t> best_step;  // chosen on the validation set
  std::optional<eval::Evaluation> test;
};

// Trains: the loop of the project. `world`: the ranks that train together, each with a call of
// this; `run` is of_another_rank() on all but the first. Starts the run or continues it from its
// newest whole checkpoint with the same bits, metrics.jsonl included but for times. Error when the
// run was begun with a config that differs in a numeric field, or on other data.
SessionResult run_session(Experiment experiment, run::RunFolder& run,
                          std::shared_ptr<dist::World> world = dist::one_process());

}  // namespace trm::experiment
