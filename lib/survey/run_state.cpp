#include "survey/run_state.h"

#include <unistd.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/config_tree.h"
#include "core/file.h"
#include "core/printable.h"
#include "experiment/choice.h"
#include "experiment/experiment.h"
#include "experiment/logged_test.h"
#include "format/json_lines.h"
#include "survey/find_runs.h"

namespace trm::survey {
namespace {

using nlohmann::json;

constexpr size_t kMostWhy = 160;  // characters

// The last line of sessions.jsonl; null where there is none.
json last_session(const fs::path& run) {
  json last;
  std::ifstream file(run / "sessions.jsonl");
  format::each_json_line(file, [&](json line) { last = std::move(line); });
  return last;
}

std::string text_in(const json& object, const char* key) {
  if (!object.is_object()) return "";
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool grows(const fs::path& file) {
  constexpr auto kStill = std::chrono::minutes(5);
  std::error_code code;
  const auto changed = fs::last_write_time(file, code);
  return !code && fs::file_time_type::clock::now() - changed < kStill;
}

// A process that was here when it had the lock, and has it no more, is gone. Not all file systems
// know of a lock that another machine has.
bool is_elsewhere(const json& session, const fs::path& run) {
  char host[128] = {};
  ::gethostname(host, sizeof(host) - 1);
  const auto theirs = text_in(session, "host");
  return !theirs.empty() && theirs != host && grows(run / run::kLogFile);
}

std::string state_without_lock(const RunState& found, const json& session,
                               const experiment::Experiment& config) {
  const auto end = text_in(session, "end");
  if (end == "completed") return "finished";
  if (end == "failed") return "failed";
  if (!end.empty()) return "stopped";
  if (session.is_object()) return is_elsewhere(session, found.run) ? "running" : "stale";
  bool tested = false;  // as runs were before there were records of sessions
  run::each_log_line(found.run, [&](const json& line) {
    tested = tested || (found.steps && experiment::is_final_test(line, *found.steps, config));
  });
  return tested ? "finished" : "stopped";
}

void read_log(RunState& state) {
  auto log = run::read_run_log(state.run);
  state.step = log.step;
  state.loss = log.loss;
  state.rate = log.rate;
  state.seconds = log.seconds;
  state.scores = std::move(log.scores);
}

void read_config(RunState& state, bool held) {
  const auto session = last_session(state.run);
  const auto steps = session.is_object() ? format::number_in(session, "steps") : std::nullopt;
  if (steps && *steps > 0 && *steps < 1e15) state.steps = static_cast<int64_t>(*steps);
  const auto config = experiment::read_experiment(load_config(state.run / "config.yaml"));
  if (config.train.steps) state.steps = config.train.steps;
  const auto scores = experiment::choosing_scores(config.train.best);
  state.best = run::best_line(state.run, scores, [](int64_t) { return true; });
  if (state.best) state.best_score = scores.front().key;
  state.state = held ? "running" : state_without_lock(state, session, config);
}

}  // namespace

RunState state_of(const fs::path& run) {
  RunState state{.run = run, .state = "damaged"};
  const bool held = FolderLock::is_held(run);
  try {
    read_log(state);
    read_config(state, held);
  } catch (const Error& error) {
    state.why = printable(error.what(), kMostWhy);
  } catch (const fs::filesystem_error& error) {
    state.why = printable(error.what(), kMostWhy);
  }
  const bool rated = state.steps && state.rate.value_or(0) > 0;
  if (state.state == "running" && rated)
    state.seconds_left = static_cast<double>(*state.steps - state.step) / *state.rate;
  return state;
}

std::vector<RunState> states_of(const std::vector<fs::path>& runs) {
  std::vector<RunState> states;
  states.reserve(runs.size());
  for (const auto& run : runs) states.push_back(state_of(run));
  return states;
}

}  // namespace trm::survey
