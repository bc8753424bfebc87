#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "dist/world.h"
#include "eval/evaluator.h"
#include "eval/report.h"

namespace trm::apps {

// What trm-eval does with each run that it is given.
struct EvalOptions {
  std::string weights = "ema", split = "test", unknown = "refuse";
  std::vector<std::string> overrides;
  std::string predictions;   // file; empty for none
  std::string report;        // page; empty for none
  int64_t played = 200;      // puzzles that the page plays
  std::string kept;          // folder for the progress of long evaluations; empty for none
  double save_seconds = 30;  // between two saves of it
  int64_t show = 0;          // puzzles to draw
};

struct EvaluatedRun {
  std::string name;
  eval::Evaluation result;
  eval::Origin origin;
  int64_t depth = 0;
  std::vector<int64_t> examples;
  std::string drawings;
};

// Loads a run, evaluates it and writes what the options ask for. Interrupted where a signal asked;
// what is done by then is kept, unless a page is wanted, whose player needs every step.
EvaluatedRun evaluate_run(const std::string& run, const EvalOptions& options,
                          const std::shared_ptr<dist::World>& world);

// Where progress is kept where nobody says: in the user's cache; empty where there is none.
std::string usual_progress_folder();

}  // namespace trm::apps
