#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "experiment/experiment.h"
#include "plan/plan.h"

namespace trm::bench {

// What a whole run takes, worked out without training.
struct RunCost {
  plan::Plan step;
  int64_t steps = 0;
  int64_t groups = 0, all_groups = 0;  // trained on, and with those held back
  int64_t puzzle_ids = 0;              // rows of the puzzle embedding
  int64_t evaluations = 0;             // before the one of the test set at the end
  int64_t validation_puzzles = 0;      // of each of them; 0 where they are of the test set
  int64_t test_puzzles = 0, all_test_puzzles = 0;      // by evaluate.limit, and in all
  std::string device;                                  // a GPU's name; empty for the processor
  int64_t shards = 1;                                  // of the run
  bool replays = false;                                // whether its steps are replayed
  std::optional<int64_t> free_bytes;                   // of the device
  bool fits = true;                                    // in what is free
  std::optional<int64_t> fitting_shards;               // see below
  std::optional<double> step_seconds, puzzle_seconds;  // measured; puzzle: its evaluation

  // fitting_shards: the least train.shards whose step needs no more than is free. On a processor,
  // where fewer would leave workers without one, only where the run's do not fit and more do; on a
  // GPU, where the fewest are the fastest, wherever some do.

  // Puzzles that all evaluations of the run go through.
  int64_t evaluated_puzzles() const;
  double training_seconds() const;    // of measured steps
  double evaluation_seconds() const;  // of a measured evaluation
};

// `timed`: trains a few steps and evaluates one batch, to measure what they take. Of `ranks` hangs
// whether steps are replayed; all else is planned as for one.
RunCost cost_of_run(experiment::Experiment experiment, bool timed, int64_t ranks = 1);

// Of a GPU that had too little memory for a step of the run: what is needed, what is free, and the
// next move. `cost` after the memory was given back.
std::string memory_advice(const RunCost& cost);

// --dry-run's text, less the config, and the same as JSON.
std::string cost_text(const RunCost& cost);
nlohmann::ordered_json cost_json(const RunCost& cost);

}  // namespace trm::bench
