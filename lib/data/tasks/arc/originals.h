#pragma once

#include "data/audit.h"
#include "data/tasks/arc/build.h"

namespace trm::data::arc {

// What a split of build()'s set has for examples, without copies and at the top left of the canvas.
// `subsets` must outlive it.
Originals originals_of(const std::vector<Subset>& subsets, bool train);

}  // namespace trm::data::arc
