#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "experiment/experiment.h"
#include "run/run_folder.h"
#include "train/trainer.h"

namespace trm::experiment {

// The line of sessions.jsonl that one process leaves in the run it trains: command line, host,
// start and end, program, LibTorch, processor, threads, its steps and those of the whole run. The
// line of a process that was killed has no end.
class SessionRecord {
 public:
  // Writes the start. Warns where a continued run computes with what may change its last bits:
  // another LibTorch, kind of processor or device. Error where a run at step 0
  // has other weights from init.from than it had when it was begun.
  SessionRecord(const Experiment& experiment, const train::Trainer& trainer, int64_t steps,
                const run::RunFolder& run);
  ~SessionRecord();  // "failed", unless the end was said
  SessionRecord(const SessionRecord&) = delete;
  SessionRecord& operator=(const SessionRecord&) = delete;

  // how: "completed", "stopped by signal 15". A full disk is no reason to fail here.
  void end(int64_t last_step, const std::string& how);

 private:
  void check_start(const std::vector<nlohmann::json>& earlier) const;
  void warn_of_changes(const std::vector<nlohmann::json>& earlier) const;

  const train::Trainer& trainer_;
  std::filesystem::path file_;
  std::string before_;  // the lines of earlier sessions
  nlohmann::ordered_json line_;
};

}  // namespace trm::experiment
