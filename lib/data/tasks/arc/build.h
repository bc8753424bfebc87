#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/progress.h"
#include "data/packed.h"
#include "data/tasks/arc/augment.h"

namespace trm::data::arc {

// One set of tasks. The test pairs of a test set are what is tested; all other pairs whose answers
// are known are trained on.
struct Subset {
  std::vector<Puzzle> puzzles;
  bool tested = false;
  std::string name = {};
};

struct BuildRequest {
  std::vector<Subset> subsets = {};  // in the order that numbers identifiers
  int64_t augmentations = 1000;
  uint32_t seed = 42;
  // NumPy's random numbers in the reference's order, which shuffles the tasks; else streams.
  bool numpy = false;
  // All copies on disk, translated, as the reference's builder writes them; else only the tasks,
  // and copies are made while reading (augmentations.h).
  bool prebuilt = false;
};

// The folder's content but for `provenance` (spec 7.4). A prebuilt set is written while its tokens
// are drawn, so that memory does not grow with the copies. `request` must outlive the set. A task
// without train pairs is tested and not trained on. Error where a prebuilt set would have a task
// whose name is that of a copy. `progress` counts tasks.
PackedSet build(const BuildRequest& request, Progress& progress);

}  // namespace trm::data::arc
