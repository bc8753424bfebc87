#pragma once

#include <cstdint>
#include <vector>

#include "data/tasks/arc/build.h"

namespace trm::data::arc {

// What becomes of a task that is there several times, by its name: ARC-2 has hundreds of ARC-1's.
enum class SameTask {
  kRefuse,
  kKeepTested,  // the first in a test set stays, or the first of all where none is
  kKeepFirst,   // the first stays, in the order of the sets
};

// Leaves one of each, so that no test of a task is trained on in another set; how many went. Error
// with their number where such tasks are refused.
int64_t keep_one_of_each(SameTask rule, std::vector<Subset>& subsets);

}  // namespace trm::data::arc
