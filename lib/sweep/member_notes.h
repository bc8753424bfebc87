#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/file.h"
#include "sweep/members.h"

namespace trm::sweep {

// What a study keeps of each run, in RUNS/sweep/NAME:
//   lock         held by the trm-sweep that has the run, and by the trm-train that it started: free
//                once both have ended
//   config.yaml  what trm-train is given
//   output.log   what it printed, of the last attempt
//   notes.json   Notes
struct Notes {
  // "running" from an attempt's start to its end; then "done", "failed", or "stopped" where it is
  // to go on: by a signal that was passed on, or by a failure that is not the last.
  std::string state;
  std::string attempt = {};                  // differs between attempts, whoever makes them
  std::string why = {};                      // of a failure: "ended by signal 9 (Killed)"
  std::vector<std::string> last_lines = {};  // that it printed before
  int64_t steps = 0;                         // of the whole run
  double operations = 0;  // of the matrix products of training and its evaluations, FLOP
};

// Nothing where there are none, or where the file is damaged: the run's folder says what is done.
std::optional<Notes> read_notes(const Member& member);
void write_notes(const Member& member, const Notes& notes);

// Takes a run for this process; nothing where another has it.
std::unique_ptr<FolderLock> take(const Member& member);
bool is_taken(const Member& member);

// The last lines of a text file, at most `most`, without what a terminal could take for more than
// letters.
std::vector<std::string> last_lines(const fs::path& file, size_t most);

}  // namespace trm::sweep
