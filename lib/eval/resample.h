#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace trm::eval {

// Systematic resampling of particles (Carpenter, Clifford, Fearnhead 1999): which particle each of
// the new ones is a copy of, in ascending order, a particle of weight w of n being copied floor(n
// w) or ceil(n w) times. `scores`: log weights, of at least one; start: uniform in [0, 1). Where no
// weight is above 0 (all minus infinity, or not a number), each stays as it is.
std::vector<int64_t> resampled(std::span<const double> scores, double start);

}  // namespace trm::eval
