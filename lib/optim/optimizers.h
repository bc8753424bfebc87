#pragma once

#include "core/config.h"
#include "optim/optimizers/adam.h"

namespace trm::optim {

// The catalogue of optimizers: a new one is its file and one entry here.
using AnyOptimizer = OneOf<AdamAtan2, AdamW>;

}  // namespace trm::optim
