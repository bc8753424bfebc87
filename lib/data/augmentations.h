#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/steady_file.h"

namespace trm::data {

// Copies of puzzles that are not on disk but made while reading. A copy is a code, which the task
// turns into a change of the tokens (Task::transform); 0 is the puzzle itself. Copy k of the puzzle
// with identifier j has the puzzle id begin[j] + k, so that ids are those of a folder that holds
// all copies. Files beside the splits: augmentations.npy [copies] and augmentation_indices.npy
// [identifiers + 1].
struct Augmentations {
  std::vector<uint32_t> codes;
  std::vector<int32_t> begin;
  std::vector<FileStamp> files = {};  // that they were read from

  int64_t copies(int32_t identifier) const {
    const auto j = static_cast<size_t>(identifier);
    return begin[j + 1] - begin[j];
  }
};

std::string hash_of(const Augmentations& augmentations);

// Nothing where the folder has none; Error where they are no offsets that rise, do not fit its
// number of identifiers, or leave a puzzle without itself.
std::shared_ptr<const Augmentations> read_augmentations(const std::filesystem::path& folder,
                                                        int64_t identifiers);
void write_augmentations(const std::filesystem::path& folder,
                         const std::vector<std::vector<uint32_t>>& codes);

}  // namespace trm::data
