#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "dist/world.h"
#include "eval/evaluator.h"
#include "eval/kept_progress.h"
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

// Which puzzles an evaluation is of.
struct EvaluatedPuzzles {
  std::string data, hash;  // the split's name; of its content
  int64_t cells = 0;       // a canvas has other puzzles of the same data
  std::vector<int64_t> examples;

  bool same_as(const EvaluatedPuzzles& other) const {
    return hash == other.hash && cells == other.cells && examples == other.examples;
  }
};

struct EvaluatedRun {
  std::string name;
  EvaluatedPuzzles puzzles;
  eval::Evaluation result = {};
  eval::Origin origin = {};
  int64_t depth = 0;
  std::string drawings = {};
  // What is kept of it, to be finished once all results are written; null for nothing.
  std::shared_ptr<eval::KeptProgress> kept = nullptr;
};

// Error where the runs would be evaluated on different puzzles.
void check_comparable(const std::vector<std::string>& runs, const EvalOptions& options);

// A signal asked to stop, and what was done by then is there for the next time.
struct InterruptedAndKept {
  int signal;
  std::filesystem::path folder;
};

// Loads a run, evaluates it and writes what the options ask for. InterruptedAndKept where a signal
// asked; Interrupted where nothing is kept, as where a page is wanted, whose player needs every
// step.
EvaluatedRun evaluate_run(const std::string& run, const EvalOptions& options,
                          const std::shared_ptr<dist::World>& world);

// Where progress is kept where nobody says: in the user's cache; empty where there is none.
std::string usual_progress_folder();

}  // namespace trm::apps
