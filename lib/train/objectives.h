#pragma once

#include "core/config.h"
#include "train/objectives/act_supervision.h"

namespace trm::train {

// The catalogue of objectives: a new one is its file and one entry here.
using AnyObjective = OneOf<ActSupervision>;

}  // namespace trm::train
