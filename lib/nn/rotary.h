#pragma once

#include "nn/mixer.h"

namespace trm::nn {

// Rotary tables (spec 2.2) for positions 0 .. tokens - 1, the prefix included; angles t /
// base^(2i/K), each half of a row holding all K / 2 of them. head_size 0 gives undefined tables.
MixerContext rotary_tables(int64_t tokens, int64_t head_size, double base = 10000.0);

}  // namespace trm::nn
