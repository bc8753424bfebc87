#include "run/run_log.h"

#include <algorithm>
#include <fstream>
#include <limits>

#include "format/json_lines.h"

namespace trm::run {
namespace {

namespace fs = std::filesystem;
using format::number_in;
using nlohmann::json;

std::ifstream open_log(const fs::path& run) {
  return std::ifstream(run / kLogFile, std::ios::binary);
}

template <class F>
void each_line(std::istream& file, const F& see) {
  constexpr double kMostStep = 1e15;  // a damaged line may say anything
  format::each_json_line(file, [&](const json& line) {
    const auto step = number_in(line, "step");
    if (step && *step >= 0 && *step <= kMostStep) see(line);
  });
}

}  // namespace

bool is_training(const json& line) { return line.contains("train/lm_loss"); }

int64_t step_of_line(const json& line) { return static_cast<int64_t>(*number_in(line, "step")); }

double training_seconds(const json& line, int64_t step_before, double seconds_before) {
  if (const auto seconds = number_in(line, "compute_seconds")) return *seconds;
  const auto rate = number_in(line, "steps_per_second").value_or(0);
  if (rate <= 0) return seconds_before;
  return seconds_before + static_cast<double>(step_of_line(line) - step_before) / rate;
}

namespace {

void take_training(const json& line, RunLog& log) {
  log.training_seconds = training_seconds(line, log.step, log.training_seconds);
  log.step = step_of_line(line);
  log.loss = number_in(line, "train/lm_loss");
  log.rate = number_in(line, "steps_per_second");
}

}  // namespace

void each_log_line(const fs::path& run, const SeeLine& see) {
  auto file = open_log(run);
  each_line(file, see);
}

std::map<std::string, double> scores_of(const json& line, const std::string& prefix) {
  std::map<std::string, double> scores;
  for (const auto& [key, value] : line.items()) {
    if (key.starts_with(prefix) && value.is_number())
      scores[key.substr(prefix.size())] = value.get<double>();
  }
  return scores;
}

RunLog read_run_log(const fs::path& run) {
  RunLog log;
  double evaluating = 0;
  each_log_line(run, [&](const json& line) {
    if (is_training(line)) take_training(line, log);
    for (const std::string prefix : {"validation/", "test/"}) {
      for (const auto& [name, value] : scores_of(line, prefix)) {
        if (name == "seconds") {
          evaluating += value;
        } else {
          log.scores[prefix + name] = value;
        }
      }
    }
  });
  log.seconds = log.training_seconds + evaluating;
  return log;
}

RunLog read_last_line(const fs::path& run) {
  constexpr std::streamoff kTail = 32768;
  RunLog log;
  auto file = open_log(run);
  file.seekg(0, std::ios::end);
  const auto size = static_cast<std::streamoff>(file.tellg());
  if (!file || size <= 0) return log;
  file.seekg(std::max<std::streamoff>(0, size - kTail));
  each_line(file, [&](const json& line) {
    if (is_training(line)) take_training(line, log);
  });
  return log;
}

std::optional<BestLine> best_line(const fs::path& run, const std::vector<Score>& scores,
                                  const std::function<bool(int64_t)>& counted) {
  std::optional<BestLine> best;
  std::vector<double> highest;
  each_log_line(run, [&](const json& line) {
    // Null stands for infinity.
    if (!number_in(line, scores.front().key) || !counted(step_of_line(line))) return;
    std::vector<double> values;
    for (const auto& [key, high] : scores) {
      const auto value = number_in(line, key);
      values.push_back(!value ? -std::numeric_limits<double>::infinity() : high ? *value : -*value);
    }
    if (best && values < highest) return;
    best = BestLine{step_of_line(line), scores_of(line, "")};
    highest = std::move(values);
  });
  return best;
}

}  // namespace trm::run
