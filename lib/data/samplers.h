#pragma once

#include "core/config.h"
#include "data/samplers/numpy.h"
#include "data/samplers/shuffled.h"

namespace trm::data {

// The catalogue of samplers: a new one is its file and one entry here.
using AnySampler = OneOf<Shuffled, Numpy>;

}  // namespace trm::data
