#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/child_process.h"
#include "sweep/members.h"

namespace trm::sweep {

struct RunOptions {
  std::optional<int64_t> jobs;  // as slots_of() has them
  std::vector<std::string> devices;
  std::vector<std::string> only;  // arms; empty for all
  std::optional<int64_t> index;   // of the one member to run
  int64_t retries = 0;            // of a run that fails
};

struct RunResult {
  size_t done = 0, failed = 0, dropped = 0, unfinished = 0;  // dropped: by halving
  bool bug = false;  // a run ended with the code of a fault of ours
  int signal = 0;    // that stopped the study early

  // 0 where all is done, or the budget spent; 128 + signal; 70 for a fault of ours, else 2.
  int code() const;
};

// Trains every run that is not done, each by a trm-train of its own that lies beside this program,
// as many at once as there are slots. What is done is not repeated and what was begun is continued.
// - Processes with one study, on machines that share its folder, divide the runs by locks, and each
//   waits until none is left: a run whose process was killed is taken over.
// - A run that fails is begun again `retries` times, then reported with its last lines; the others
//   go on.
// - A signal is passed on to all runs, which save; nothing is begun after it. The runs of a process
//   that is killed get SIGTERM, save, and keep their locks until they have.
// - With halving, a run that has come to a rung is stopped until the rung is decided, and those of
//   rows that are dropped stay as they are.
// `signals` held since before other threads were begun. Error before anything is begun on whatever
// check_members() finds.
RunResult run_study(const Study& study, const RunOptions& options, const HeldSignals& signals);

// The members that the options select. Error where there is none.
std::vector<const Member*> selected(const Study& study, const RunOptions& options);

}  // namespace trm::sweep
