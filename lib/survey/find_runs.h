#pragma once

#include <filesystem>
#include <vector>

namespace trm::survey {

// Whether a folder is a run's, whole or damaged: metrics.jsonl lies in it, or a config beside what
// runs have.
bool is_run(const std::filesystem::path& folder);

// The run folders in a folder, or that folder itself, by name: at most so many folders below it.
// Hidden ones are passed over, and so is what cannot be read; a link counts where it leads to a
// run. Error where there is no such folder.
inline constexpr int kDepth = 6;
std::vector<std::filesystem::path> find_runs(const std::filesystem::path& folder,
                                             int depth = kDepth);

}  // namespace trm::survey
