#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace trm::sweep {

// A number of a run's log after a step.
struct LoggedValue {
  int64_t step = 0;
  double seconds = 0;  // in steps of training until then
  double value = 0;
};

// What metrics.jsonl tells of a run's course; empty where there is no such file. Values that are no
// finite numbers are left out.
struct RunCurves {
  // By the log's names, by step: "train/lm_loss", "validation/exact_accuracy". The test at the end
  // counts where its weights are those of its step.
  std::map<std::string, std::vector<LoggedValue>> values = {};
  // exact_accuracy of the last test after each supervision step; logs of earlier versions have
  // none.
  std::vector<double> by_supervision_step = {};
};
RunCurves read_run_curves(const std::filesystem::path& run);

}  // namespace trm::sweep
