#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "data/dataset.h"

namespace trm::data {

// What a run trains and tests on.
struct Splits {
  std::shared_ptr<const Dataset> train, test;
};

// Several folders as one. Puzzle ids: the blank one is everybody's 0, and the others of a folder
// come after those of the folders before it. The test splits are those of the training folders, or
// of other folders, whose puzzles have to be known to the training folders by the names of
// identifiers.json. (The reference adds the tables' sizes and leaves the ids as they are, so that
// folders share rows.)
Splits open_folders(const std::vector<std::filesystem::path>& train,
                    const std::vector<std::filesystem::path>& test);

}  // namespace trm::data
