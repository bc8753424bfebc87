#pragma once

#include "core/config.h"
#include "model/cores/trm.h"

namespace trm::model {

// The catalogue of recursions: a new one is its file and one entry here.
using AnyCore = OneOf<Trm>;

}  // namespace trm::model
