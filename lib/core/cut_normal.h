#pragma once

#include <cmath>
#include <numbers>

namespace trm {

// The normal distribution cut at two of its own deviations, made wider so that its deviation is
// exactly `std` again: support +-2.2737 std (spec 2.1). A number of it is wide * sqrt(2) *
// erfinv(mass * u), u uniform in (-1, 1), cut once more at +-kCut * wide, since u can round up.
struct CutNormal {
  static constexpr double kCut = 2;
  double mass;  // the probability within the cut
  double wide;  // the deviation of the normal that is cut

  static CutNormal of(double std) {
    const double mass = std::erf(kCut / std::numbers::sqrt2);
    const double density = std::exp(-kCut * kCut / 2) / std::sqrt(2 * std::numbers::pi);
    return {mass, std / std::sqrt(1 - 2 * kCut * density / mass)};
  }
};

}  // namespace trm
