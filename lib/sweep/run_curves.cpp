#include "sweep/run_curves.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include "format/json_lines.h"

namespace trm::sweep {
namespace {

using format::number_in;
using nlohmann::json;

// A damaged line may say anything.
constexpr double kMostStep = 1e15;

// Seconds of training after the steps that have a line.
class TrainingClock {
 public:
  void take(int64_t step, const json& line) {
    auto seconds = number_in(line, "compute_seconds");
    // Lines of earlier versions have the pace alone.
    if (const auto rate = number_in(line, "steps_per_second"); !seconds && rate.value_or(0) > 0) {
      const auto& [before, past] = *marks_.rbegin();
      seconds = past + static_cast<double>(step - before) / *rate;
    }
    if (seconds && std::isfinite(*seconds)) marks_[step] = *seconds;
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
  std::ifstream log(run / "metrics.jsonl", std::ios::binary);
  format::each_json_line(log, [&](const json& line) {
    const auto number = number_in(line, "step");
    if (!number || !(*number >= 0 && *number <= kMostStep)) return;
    const auto step = static_cast<int64_t>(*number);
    if (line.contains("train/lm_loss")) clock.take(step, line);
    if (const auto list = line.find("test/exact_accuracy_by_step"); list != line.end())
      curves.by_supervision_step = shares_of(*list);
    if (number_in(line, "weights_of_step").value_or(*number) != *number) return;
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
