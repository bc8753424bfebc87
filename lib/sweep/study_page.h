#pragma once

#include <string>
#include <vector>

#include "sweep/comparison.h"
#include "sweep/members.h"

namespace trm::sweep {

// A study as a page shows it, each row of its table a curve over its seeds. What cannot be read of
// a run is a flag and stops nothing.
Comparison comparison_of(const Study& study);

}  // namespace trm::sweep
