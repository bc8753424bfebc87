#pragma once

#include <string>
#include <vector>

namespace trm::dist {

struct LauncherOptions {
  int ranks = 1;
  int max_restarts = 0;  // how often to begin again after a failure
  // argv[0] and what each rank gets after it, without the options that ask for ranks.
  std::vector<std::string> command;
};

// Starts this program once a rank on this machine, waits for all, and returns the exit code of the
// first that failed (128 + signal for one that was killed), else 0.
// - Ranks meet on 127.0.0.1, at a port that this process has bound and rank 0 inherits.
// - All write to this process's stderr; stdout is rank 0's alone, and others get TRM_LOG=quiet:
//   warnings and errors only.
// - SIGINT, SIGTERM, SIGHUP and SIGUSR1 are passed on, but for those that a terminal has sent to
// the
//   whole group. Ranks die with this process, however it ends.
// - When a rank fails, the others have two seconds to end by themselves, then SIGTERM and five
// more,
//   then SIGKILL. A rank that ends with 128 + signal has stopped as it was asked, and the others
//   may finish.
// - All are started again, at most `max_restarts` times, unless a mistake of the user's ended them
//   (code 2) or they were asked to stop.
// Call it before other threads are begun. Error when this process is itself one of several ranks.
int run_ranks(const LauncherOptions& options);

}  // namespace trm::dist
