#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace trm {

// Linear warm-up, then a cosine down to min_ratio of the base rate (spec 5.3).
struct ScheduleConfig {
  int64_t warmup_steps = 2000;
  double min_ratio = 1.0;

  template <class V>
  void fields(V& v) {
    v("warmup_steps", warmup_steps, "steps in which the learning rate rises to its base",
      {.min = 0});
    v("min_ratio", min_ratio, "share of the base rate at the last step; 1 keeps it constant",
      {.min = 0, .max = 1});
  }

  // Factor of the base rate at a step, which counts from 1.
  double at(int64_t step, int64_t total_steps) const {
    if (step < warmup_steps) {
      return static_cast<double>(step) / static_cast<double>(std::max<int64_t>(1, warmup_steps));
    }
    const auto progress = static_cast<double>(step - warmup_steps) /
                          static_cast<double>(std::max<int64_t>(1, total_steps - warmup_steps));
    const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * progress));
    return min_ratio + std::max(0.0, (1 - min_ratio) * cosine);
  }
};

}  // namespace trm
