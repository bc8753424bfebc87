#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/part_clock.h"
#include "experiment/experiment.h"

namespace trm::bench {

// Seconds of one training step and its parts, medians over several steps.
struct StepTiming {
  double step = 0, data = 0;
  // Empty where steps are replayed: such a step is one launch.
  struct Phases {
    double forward = 0, backward = 0, optimizer = 0;
  };
  std::optional<Phases> phases = {};
  // Of forward and backward, a mean over these steps, by what it is for; each part's share of the
  // workers' time. Where attention is LibTorch's (without tiles) its backward pass lies in what is
  // left. Empty on a GPU, where work is queued.
  std::optional<PartSeconds> parts = {};
  // Taken from the system by the steps that were timed: a step's mean.
  double new_bytes = 0, faults = 0;
};

// One kind of matrix product, alone.
struct ProductTiming {
  nn::Product shape;
  int64_t times = 0;    // in a step
  double seconds = 0;   // of one, by one worker while the others do the same
  std::string fastest;  // which way of LibTorch's
};

struct Benchmark {
  StepTiming timing;
  double steps_per_second = 0;
  int64_t peak_memory_bytes = 0;
  std::vector<ProductTiming> products;
  int64_t workers = 1;            // that compute the shards side by side
  double limit_seconds = 0;       // all products of a step, each alone and at its fastest, shared
                                  // out among the workers
  double limit_gflops = 0;        // operations of these products over that time
  double best_square_gflops = 0;  // of the best square product of this run
  Compute compute;
};

// Trains `steps` steps after a warm-up and times them; then times every matrix product of a step by
// itself, same shapes, threads and precision, in the same process.
Benchmark benchmark_training(experiment::Experiment experiment, int64_t steps);

// products: with a line for every product of the limit.
std::string benchmark_text(const Benchmark& benchmark, bool products);
nlohmann::ordered_json benchmark_json(const Benchmark& benchmark);

}  // namespace trm::bench
