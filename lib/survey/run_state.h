#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "run/run_log.h"

namespace trm::survey {

// How one run stands, by its folder alone.
struct RunState {
  std::filesystem::path run;
  // "running": a process has it, or had it on another machine and its log still grows; "finished",
  // "stopped" by a signal, "failed"; "stale": its process is gone and has not said why; "damaged":
  // `why` says what of the folder cannot be read.
  std::string state;
  std::string why = {};
  int64_t step = 0;
  std::optional<int64_t> steps = {};           // in all, where that is known
  std::optional<double> loss = {}, rate = {};  // rate: steps a second
  std::optional<double> seconds_left = {};     // of a run that goes on
  double seconds = 0;                          // of computing
  std::optional<run::BestLine> best = {};      // on its validation set
  std::optional<std::string> best_score = {};  // by which: "validation/exact_accuracy"
  std::map<std::string, double> scores = {};   // of its last evaluations: "test/exact_accuracy"
};

// Error never: what is damaged is a state.
RunState state_of(const std::filesystem::path& run);
std::vector<RunState> states_of(const std::vector<std::filesystem::path>& runs);

// A table with a line a run, named as seen from a folder.
std::string states_text(const std::vector<RunState>& states, const std::filesystem::path& from);
nlohmann::ordered_json state_json(const RunState& state);
nlohmann::ordered_json states_json(const std::vector<RunState>& states);

// Of a run's last evaluations, in a few words: "test 98.10 %".
std::string exact_text(const std::map<std::string, double>& scores);

}  // namespace trm::survey
