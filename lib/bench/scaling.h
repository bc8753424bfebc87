#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "dist/world.h"
#include "experiment/experiment.h"

namespace trm::bench {

// Training by a number of ranks, as the first of them sees it; of a step.
struct RankTiming {
  int ranks = 1;
  double steps_per_second = 0;
  double communication_seconds = 0;  // in exchanges, waiting for slower ranks included; on GPUs
                                     // what the host takes to queue them
  double bytes_sent = 0;             // by the first rank
};

// Trains `steps` steps with all ranks after a warm-up. A call of all.
RankTiming time_ranks(experiment::Experiment experiment, int64_t steps,
                      const std::shared_ptr<dist::World>& world);

// A table with the efficiency of each against the first: its rate over that of as many first ones.
std::string scaling_text(const std::vector<RankTiming>& timings);
nlohmann::ordered_json timing_json(const RankTiming& timing);
RankTiming timing_from(const nlohmann::json& json);

}  // namespace trm::bench
