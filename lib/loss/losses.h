#pragma once

#include "core/config.h"
#include "loss/losses/softmax.h"
#include "loss/losses/stablemax.h"

namespace trm::loss {

// The catalogue of token losses: a new one is its file and one entry here.
using AnyTokenLoss = OneOf<Stablemax, Softmax>;

}  // namespace trm::loss
