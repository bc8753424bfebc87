#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace trm::figure {

// What one run has after a step; both are finite.
struct Sample {
  int64_t step = 0;
  double x = 0, y = 0;
};

// Of several runs after the same step: means, the least and the highest y, and of how many runs.
struct Point {
  double x = 0, y = 0, low = 0, high = 0;
  size_t runs = 0;
};

struct Band {
  std::vector<Point> points;  // by step
  size_t steps_a_point = 1;   // each point is over the mean of as many steps of each run
};

// The curve of several runs with what lies between their extremes. Where they have more steps than
// `most` points, neighbouring ones share a point.
Band band_of(std::span<const std::vector<Sample>> runs, size_t most);

}  // namespace trm::figure
