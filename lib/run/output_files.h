#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace trm::run {

// Which of the files TITLE_step_N* of an outputs/ folder stay: of each title those of its newest
// `keep` steps, of step `best`, and of the last step up to `oldest`, the oldest checkpoint's, since
// what an evaluation made is asked for by the next one of a run that goes on from there.
void prune_outputs(const std::filesystem::path& folder, int64_t keep, std::optional<int64_t> best,
                   int64_t oldest);

}  // namespace trm::run
