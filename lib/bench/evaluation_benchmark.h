#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/part_clock.h"
#include "experiment/assemble.h"

namespace trm::bench {

// An evaluation of the first puzzles of a test set, timed; medians over several.
struct EvaluationTiming {
  std::string halt;  // evaluate.halt
  int64_t puzzles = 0;
  double seconds = 0;
  double mean_steps = 0;  // supervision steps of a puzzle
  double exact_accuracy = 0, standard_error = 0;
  PartSeconds parts = {};  // of a worker, a mean; all 0 on a GPU, where work is queued
  double puzzles_per_second() const { return static_cast<double>(puzzles) / seconds; }
};

// Evaluates as the model's experiment says and, where rows may halt there, once more with all of
// them going to their depth: the full depth comes first.
std::vector<EvaluationTiming> benchmark_evaluation(experiment::TrainedModel& trained,
                                                   int64_t puzzles, int64_t rounds);

std::string evaluation_text(const std::vector<EvaluationTiming>& timings);
nlohmann::ordered_json evaluation_json(const std::vector<EvaluationTiming>& timings);

}  // namespace trm::bench
