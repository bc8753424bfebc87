#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "core/printable.h"
#include "core/terminal.h"
#include "survey/run_state.h"

namespace trm::survey {
namespace {

using nlohmann::ordered_json;

template <class T>
ordered_json known(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

std::string percent(double share) { return fmt::format("{:.2f} %", 100 * share); }

// "95.70 % at 600", by the score that chose it.
std::string best_text(const RunState& state) {
  if (!state.best) return "";
  const auto value = state.best->scores.at(*state.best_score);
  const bool share = state.best_score->ends_with("accuracy");
  return fmt::format("{} at {}", share ? percent(value) : fmt::format("{:.4f}", value),
                     state.best->step);
}

std::string line_of(const RunState& state, const std::string& name, size_t width) {
  const bool goes_on = state.state == "running";
  auto line = fmt::format(
      "  {:<{}}  {:<8} {:>15}  {:>8}  {:<12}  {:>8}  {:<18}  {}", name, width, state.state,
      fmt::format("{}/{}", state.step, state.steps ? std::to_string(*state.steps) : "?"),
      goes_on && state.rate ? fmt::format("{:.3g}", *state.rate) : "",
      goes_on && state.seconds_left ? human_seconds(*state.seconds_left) : "",
      state.loss ? fmt::format("{:.4f}", *state.loss) : "", best_text(state),
      state.why.empty() ? exact_text(state.scores) : state.why);
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string exact_text(const std::map<std::string, double>& scores) {
  for (const char* set : {"test", "validation"}) {
    const auto found = scores.find(fmt::format("{}/exact_accuracy", set));
    if (found != scores.end()) return fmt::format("{} {}", set, percent(found->second));
  }
  return "";
}

std::string states_text(const std::vector<RunState>& states, const fs::path& from) {
  constexpr size_t kMostName = 200;
  std::vector<std::string> names;
  size_t width = 3;
  std::map<std::string, size_t> counts;
  for (const auto& state : states) {
    names.push_back(printable(state.run.lexically_proximate(from).string(), kMostName));
    width = std::max(width, names.back().size());
    ++counts[state.state];
  }
  auto text =
      fmt::format("  {:<{}}  {:<8} {:>15}  {:>8}  {:<12}  {:>8}  {:<18}  {}\n", "run", width,
                  "state", "step", "steps/s", "left", "loss", "best validation", "last exact");
  for (size_t i = 0; i < states.size(); ++i) text += line_of(states[i], names[i], width);
  std::string summary;
  for (const auto& [state, count] : counts)
    summary += fmt::format("{} {} {}", summary.empty() ? ":" : ",", count, state);
  return text + fmt::format("{} run{}{}\n", states.size(), states.size() == 1 ? "" : "s", summary);
}

ordered_json state_json(const RunState& state) {
  ordered_json json = {{"run", state.run.string()},
                       {"state", state.state},
                       {"step", state.step},
                       {"steps", known(state.steps)},
                       {"steps_per_second", known(state.rate)},
                       {"seconds_left", known(state.seconds_left)},
                       {"seconds", state.seconds},
                       {"loss", known(state.loss)},
                       {"best", nullptr},
                       {"scores", state.scores}};
  if (state.best) {
    json["best"] = {{"step", state.best->step},
                    {"score", *state.best_score},
                    {"value", state.best->scores.at(*state.best_score)}};
  }
  if (!state.why.empty()) json["why"] = state.why;
  return json;
}

ordered_json states_json(const std::vector<RunState>& states) {
  auto list = ordered_json::array();
  for (const auto& state : states) list.push_back(state_json(state));
  return list;
}

}  // namespace trm::survey
