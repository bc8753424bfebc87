#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "run/checkpoint.h"

namespace trm::run {

// checkpoints/ of a run: step_N, of which the newest few, every so many and the best are kept; and
// `best`, a text file that has the best one's name. (It may be a symbolic link, as earlier versions
// made, or a copy of the checkpoint, as `cp -L` makes of one.)

using Warn = std::function<void(const std::string&)>;

std::filesystem::path checkpoint_folder(const std::filesystem::path& run, int64_t step);

// Checkpoints of a run by step, oldest first; none where there is no such folder. Error where it
// cannot be read.
std::vector<int64_t> checkpoint_steps(const std::filesystem::path& run);

// The newest checkpoint of a run that is whole; nothing where there are none. Damaged and
// unreadable ones are reported through `warn` and passed over; Error when no other is left.
std::optional<Checkpoint> newest_checkpoint(const std::filesystem::path& run, const Warn& warn);

// The same for the process that holds the run: what was passed over is set aside.
std::optional<Checkpoint> settle_checkpoints(const std::filesystem::path& run, const Warn& warn);

// Whether this is the text file `best` of a run, which is as good as the checkpoint that it names.
bool names_best(const std::filesystem::path& path);

// A run's best checkpoint, else its newest one, where they are whole; or the checkpoint that is
// named itself, whole or Error.
Checkpoint find_checkpoint(const std::filesystem::path& run_or_checkpoint);

// Gives whole checkpoints that an interrupted process left under another name their own again, and
// removes other leftovers of it. Only for the holder of the run's lock.
void recover_checkpoints(const std::filesystem::path& run);

void name_best(const std::filesystem::path& run, int64_t step);

// Removes checkpoints except the newest `newest`, every one whose step is a multiple of `every`,
// and that of step `best`. Of each kind of evaluation the newest and the best of what it made in
// outputs/ stay, and what a run that goes on from the oldest checkpoint left would ask for.
struct Kept {
  int64_t newest = 2;
  std::optional<int64_t> every, best;
};
void remove_others(const std::filesystem::path& run, const Kept& kept);

}  // namespace trm::run
