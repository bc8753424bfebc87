#pragma once

#include "experiment/experiment.h"
#include "plan/plan.h"

namespace trm::experiment {

// What a plan depends on of an experiment.
inline plan::Step planned_step(const Experiment& e) {
  return {.batch = e.train.batch,
          .shards = shards_of(e.train),
          .averages = e.optim.ema.has_value(),
          .frozen = e.optim.freeze_weights,
          .evaluation_depth = evaluation_depth(e) * eval::breadth_of(e.evaluate.search)};
}

}  // namespace trm::experiment
