#include "sweep/run_log.h"

#include <algorithm>
#include <fstream>

#include "experiment/logged_test.h"
#include "format/json_lines.h"

namespace trm::sweep {
namespace {

using nlohmann::json;

using format::number_in;

template <class F>
void each_line(std::istream& file, const F& f) {
  format::each_json_line(file, [&](const json& line) {
    if (number_in(line, "step")) f(line);
  });
}

std::ifstream open_log(const fs::path& run) {
  return std::ifstream(run / "metrics.jsonl", std::ios::binary);
}

bool is_training(const json& line) { return line.contains("train/lm_loss"); }

void take_training(const json& line, RunLog& log) {
  log.step = static_cast<int64_t>(*number_in(line, "step"));
  log.loss = number_in(line, "train/lm_loss");
  log.rate = number_in(line, "steps_per_second");
}

std::map<std::string, double> scores_of(const json& line, const std::string& prefix) {
  std::map<std::string, double> scores;
  for (const auto& [key, value] : line.items()) {
    if (key.starts_with(prefix) && value.is_number())
      scores[key.substr(prefix.size())] = value.get<double>();
  }
  return scores;
}

}  // namespace

RunLog read_run_log(const fs::path& run) {
  RunLog log;
  auto file = open_log(run);
  each_line(file, [&](const json& line) {
    if (is_training(line)) {
      const auto before = log.step;
      take_training(line, log);
      if (log.rate.value_or(0) > 0)
        log.seconds += static_cast<double>(log.step - before) / *log.rate;
    }
    for (const std::string prefix : {"validation/", "test/"}) {
      if (const auto seconds = number_in(line, prefix + "seconds")) log.seconds += *seconds;
      for (const auto& [name, value] : scores_of(line, prefix)) {
        if (name != "seconds") log.scores[prefix + name] = value;
      }
    }
  });
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

std::optional<Evaluated> evaluated(const Member& member, const Definition& definition,
                                   int64_t steps) {
  const bool of_test = definition.evaluation == "test";
  const auto prefix = definition.evaluation + "/";
  const auto step = definition.step.value_or(steps);
  const bool at_end = step == steps;
  std::optional<Evaluated> found;
  auto file = open_log(member.folder);
  each_line(file, [&](const json& line) {
    if (*number_in(line, "step") != static_cast<double>(step)) return;
    if (!line.contains(prefix + "puzzles")) return;
    const auto weights = number_in(line, "weights_of_step");
    if (of_test && at_end && !experiment::is_final_test(line, steps, member.experiment)) return;
    found = Evaluated{scores_of(line, prefix),
                      static_cast<int64_t>(weights.value_or(static_cast<double>(step)))};
  });
  return found;
}

bool is_done(const Member& member, int64_t steps) {
  bool done = false;
  auto file = open_log(member.folder);
  each_line(file, [&](const json& line) {
    done = done || experiment::is_final_test(line, steps, member.experiment);
  });
  return done;
}

}  // namespace trm::sweep
