#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace trm::data {

// The side of the square with so many cells, the nearest where there is none.
inline int64_t square_side(size_t cells) {
  return std::lround(std::sqrt(static_cast<double>(cells)));
}

}  // namespace trm::data
