#include "sweep/run_curves.h"

#include <algorithm>
#include <cmath>

#include "format/json_lines.h"
#include "run/run_log.h"

namespace trm::sweep {
namespace {

using format::number_in;
using nlohmann::json;

// Seconds of training after the steps that have a line.
class TrainingClock {
 public:
  void take(int64_t step, const json& line) {
    const auto& [before, past] = *marks_.rbegin();
    const double seconds = run::training_seconds(line, before, past);
    if (std::isfinite(seconds)) marks_[step] = seconds;
  }

  // Between two lines as if all steps took the same.
  double after(int64_t step) const {
    const auto next = marks_.lower_bound(step);
    if (next != marks_.end() && next->first == step) return next->second;
    const auto& [from, past] = *std::prev(next);
    if (next == marks_.end()) return past;
    const double share = static_cast<double>(step - from) / static_cast<double>(next->first - from);
    return past + share * (next->second - past);
  }

 private:
  std::map<int64_t, double> marks_ = {{0, 0}};
};

bool is_charted(const std::string& name) {
  const bool of_run =
      name.starts_with("train/") || name.starts_with("validation/") || name.starts_with("test/");
  return of_run && !name.ends_with("/seconds") && !name.ends_with("/puzzles");
}

std::vector<double> shares_of(const json& list) {
  std::vector<double> shares;
  if (!list.is_array()) return shares;
  for (const auto& share : list) {
    if (!share.is_number() || !std::isfinite(share.get<double>())) return {};
    shares.push_back(share.get<double>());
  }
  return shares;
}

}  // namespace

RunCurves read_run_curves(const std::filesystem::path& run) {
  RunCurves curves;
  TrainingClock clock;
  std::map<std::string, std::map<int64_t, double>> values;
  run::each_log_line(run, [&](const json& line) {
    const int64_t step = run::step_of_line(line);
    if (run::is_training(line)) clock.take(step, line);
    if (const auto list = line.find("test/exact_accuracy_by_step"); list != line.end())
      curves.by_supervision_step = shares_of(*list);
    const auto weights = number_in(line, "weights_of_step");
    if (weights && *weights != static_cast<double>(step)) return;
    for (const auto& [name, value] : line.items()) {
      if (!is_charted(name) || !value.is_number() || !std::isfinite(value.get<double>())) continue;
      values[name][step] = value.get<double>();
    }
  });
  for (const auto& [name, by_step] : values) {
    for (const auto& [step, value] : by_step)
      curves.values[name].push_back({step, clock.after(step), value});
  }
  return curves;
}

}  // namespace trm::sweep
