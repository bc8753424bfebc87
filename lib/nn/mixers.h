#pragma once

#include "core/config.h"
#include "nn/mixers/attention.h"
#include "nn/mixers/token_mlp.h"

namespace trm::nn {

// The catalogue of mixers: a new one is its file and one entry here.
using AnyMixer = OneOf<Attention, TokenMlp>;

}  // namespace trm::nn
