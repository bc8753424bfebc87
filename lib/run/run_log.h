#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace trm::run {

// metrics.jsonl of a run as it is read, also while the run goes on (docs/run_folder.md says what
// stands in it). Lines that are no JSON object with a step, as the last one of a run that is being
// written may be, count as nothing; where there is no file, there are none.
inline constexpr const char* kLogFile = "metrics.jsonl";

using SeeLine = std::function<void(const nlohmann::json&)>;
void each_log_line(const std::filesystem::path& run, const SeeLine& see);

// The step of such a line, and whether training wrote it.
int64_t step_of_line(const nlohmann::json& line);
bool is_training(const nlohmann::json& line);

// Seconds in steps of training up to a line of it. Lines of earlier versions have a pace alone, for
// which it takes those up to the training line before, and that one's step.
double training_seconds(const nlohmann::json& line, int64_t step_before, double seconds_before);

struct RunLog {
  int64_t step = 0;                            // of its last line of training
  std::optional<double> loss = {}, rate = {};  // train/lm_loss and steps per second there
  double training_seconds = 0;                 // in steps of training
  double seconds = 0;                          // of computing: these, and those of evaluations
  std::map<std::string, double> scores = {};   // "test/exact_accuracy", of each set's last line
};
RunLog read_run_log(const std::filesystem::path& run);

// The last line of training alone, from the end of the file: step, loss, rate.
RunLog read_last_line(const std::filesystem::path& run);

// The numbers of a line whose names begin with a prefix, by the rest of their names.
std::map<std::string, double> scores_of(const nlohmann::json& line, const std::string& prefix);

// A number of the log, and whether more of it is better.
struct Score {
  std::string key;
  bool high = true;
};

// The line that is best by the first score, of equals by the next, and of equals in all the latest.
// A line without a number for the first score does not count, nor one whose step is not `counted`;
// one without another score is worst at it.
struct BestLine {
  int64_t step = 0;
  std::map<std::string, double> scores;  // all numbers of the line
};
std::optional<BestLine> best_line(const std::filesystem::path& run,
                                  const std::vector<Score>& scores,
                                  const std::function<bool(int64_t)>& counted);

}  // namespace trm::run
