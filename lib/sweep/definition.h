#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/config.h"

namespace trm::sweep {

// Which rows of a study are trained to their end (sweep/halving.h).
struct HalvingConfig {
  std::vector<int64_t> rungs;
  double keep = 0.5;
  std::string score = "exact_accuracy";

  template <class V>
  void fields(V& v) {
    v("rungs", rungs,
      "after these steps the rows that are worst on the validation set go on no further, [] for "
      "all "
      "to their end; each run waits there for the others",
      {.min = 1});
    v("keep", keep, "share of the rows that goes on after a rung, and besides the reference",
      {.min = 0, .max = 1, .above_min = true});
    v("score", score, "by which, as a mean over seeds");
  }
};

// A study: what sweep.yaml says.
struct Definition {
  std::string question, hypothesis;
  std::string base_config;
  std::vector<std::string> overrides;
  Named<std::vector<std::string>> arms;
  Named<std::vector<std::optional<std::string>>> grid;
  std::vector<int64_t> seeds;
  std::string reference;
  std::vector<std::string> scores;
  std::string evaluation = "test";
  std::optional<int64_t> step;
  std::string runs;
  std::optional<double> budget;
  HalvingConfig halving;

  template <class V>
  void fields(V& v) {
    v("question", question, "what the study asks, in words");
    v("hypothesis", hypothesis, "what is expected, in words, before it is known");
    v("base", base_config,
      "the config that all runs begin with, or a run folder for its config; relative to this file");
    v("overrides", overrides, "key=value of every run");
    v("arms", arms, "what is compared: for each name its key=value list; {} for one arm, 'all'");
    v("grid", grid,
      "for each key the values it takes; every arm with every combination of them is a row");
    v("seeds", seeds, "each row is trained with each of them; [] for 0", {.min = 0});
    v("reference", reference,
      "the arm, or the row, that others are compared with; empty for no comparison");
    v("scores", scores, "what the table has, by the names of metrics.jsonl; [] for exact_accuracy");
    v("evaluation", evaluation, "which of a run's evaluations they are from",
      {.choices = {"test", "validation"}});
    v("step", step, "after which step; null for the evaluation at the run's end", {.min = 1});
    v("runs", runs, "the folder of the run folders, from where the program is started");
    v("budget", budget,
      "hours of computing of all runs together after which no further one is started; null for no "
      "limit",
      {.min = 0, .above_min = true});
    v("halving", halving, "early stopping of rows without hope; off as long as there are no rungs");
  }
};

// The arm that stands where the file names none.
inline constexpr const char* kOnlyArm = "all";

// Reads a study strictly. `words` are key=value: of the file's own keys, else overrides of every
// run, behind the file's. Error naming all mistakes.
Definition load_definition(const std::filesystem::path& file, std::span<const std::string> words);

}  // namespace trm::sweep
