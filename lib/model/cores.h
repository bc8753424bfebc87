#pragma once

#include "core/config.h"
#include "model/cores/hrm.h"
#include "model/cores/multi_z.h"
#include "model/cores/plain.h"
#include "model/cores/single_z.h"
#include "model/cores/trm.h"

namespace trm::model {

// The catalogue of recursions: a new one is its file and one entry here.
using AnyCore = OneOf<Trm, Hrm, SingleZ, MultiZ, Plain>;

}  // namespace trm::model
