#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "sweep/members.h"

namespace trm::sweep {

// What metrics.jsonl tells of a run. Lines that are no JSON object, as the last one of a run that
// is being written may be, count as nothing.
struct RunLog {
  int64_t step = 0;            // of its last line of training
  std::optional<double> loss;  // train/lm_loss there
  std::optional<double> rate;  // steps per second there
  double seconds = 0;          // of computing: training and evaluations
  // By name, of the last evaluation of each set: "test/exact_accuracy".
  std::map<std::string, double> scores;
};
RunLog read_run_log(const std::filesystem::path& run);

// The last line of training alone, from the end of the file: step, loss, rate.
RunLog read_last_line(const std::filesystem::path& run);

// The scores of one evaluation, "exact_accuracy" -> 0.9, and after how many steps of training the
// evaluated weights were.
struct Evaluated {
  std::map<std::string, double> scores;
  int64_t weights_step = 0;
};
// The evaluation that a study asks for of a run that has come to `steps`; nothing where it has not
// been made. Of the test set at the run's end this is the one of the weights that were chosen, with
// the settings that the config says.
std::optional<Evaluated> evaluated(const Member& member, const Definition& definition,
                                   int64_t steps);

// Whether a run has come to its end: all steps, and the test after them.
bool is_done(const Member& member, int64_t steps);

}  // namespace trm::sweep
