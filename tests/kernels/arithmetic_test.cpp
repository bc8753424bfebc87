#include "kernels/arithmetic.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "tests/catch.h"

namespace trm::kernels {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Error of a float in units of the last place that the exact value would have.
double units(float x, double exact) {
  const int exponent = exact == 0 ? -149 : std::max(std::ilogb(exact) - 23, -149);
  return std::abs(static_cast<double>(x) - exact) / std::ldexp(1.0, exponent);
}

// f(x) over every 499th float of [from, to], both of one sign; both ends included.
template <class F>
void sweep(float from, float to, const F& f) {
  const auto a = std::bit_cast<uint32_t>(from), b = std::bit_cast<uint32_t>(to);
  for (uint64_t bits = std::min(a, b); bits <= std::max(a, b); bits += 499) {
    f(std::bit_cast<float>(static_cast<uint32_t>(bits)));
  }
  f(to);
  f(from);
}

static_assert(exp_of(0.0F) == 1.0F && sigmoid_of(0.0F) == 0.5F, "usable in constant expressions");

TEST_CASE("exp is within 2 units of the last place wherever it is not held", "[unit]") {
  double worst = 0;
  const auto measure = [&](float x) {
    worst = std::max(worst, units(exp_of(x), std::exp(static_cast<double>(x))));
  };
  sweep(0.0F, 88.0F, measure);
  sweep(-0.0F, -87.0F, measure);
  CAPTURE(worst);
  CHECK(worst < 2);
}

TEST_CASE("exp is held outside -87 to 88 and hides no NaN", "[unit]") {
  CHECK(exp_of(-1000) == exp_of(-87));
  CHECK(exp_of(-kInfinity) == exp_of(-87));
  CHECK(exp_of(1000) == exp_of(88));
  CHECK(exp_of(kInfinity) == exp_of(88));
  CHECK(exp_of(-87) > 0);
  CHECK(std::isfinite(exp_of(88)));
  CHECK(std::isnan(exp_of(kNan)));
}

TEST_CASE("sigmoid is within 2.5 units, and monotone in its tails", "[unit]") {
  // Its division and its sum add a unit to those of exp.
  double worst = 0;
  const auto measure = [&](float x) {
    worst = std::max(worst, units(sigmoid_of(x), 1 / (1 + std::exp(-static_cast<double>(x)))));
  };
  sweep(0.0F, 87.0F, measure);
  sweep(-0.0F, -86.0F, measure);
  CAPTURE(worst);
  CHECK(worst < 2.5);
  CHECK(sigmoid_of(kInfinity) == 1);
  CHECK(sigmoid_of(-kInfinity) < 1e-37F);
  CHECK(std::isnan(sigmoid_of(kNan)));
}

TEST_CASE("atan2 is within 2 units of the last place", "[unit]") {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> exponent(-30, 30), mantissa(1, 2);
  double worst = 0;
  const auto measure = [&](float y, float x) {
    worst = std::max(worst, units(atan2_right(y, x), std::atan2(double{y}, double{x})));
  };
  for (int i = 0; i < 400000; ++i) {
    const float y = std::exp2(exponent(random)) * mantissa(random), x = mantissa(random);
    for (const float scale : {1.0F, 0x1p-60F, 0x1p60F}) {
      measure(y * scale, x * scale);
      measure(-y * scale, x * scale);
    }
    // Where both are of a size, and near the joints of its pieces: y = x / 2, x, 2 x.
    measure((mantissa(random) - 1) * 4 * x, x);
    const float near = 1 + (mantissa(random) - 1.5F) * 1e-3F;
    for (const float ratio : {0.5F, 1.0F, 2.0F}) measure(x * ratio * near, x);
  }
  CAPTURE(worst);
  CHECK(worst < 2);
}

TEST_CASE("atan2 at the axes, at nothing, and at what is not a number", "[unit]") {
  CHECK(atan2_right(0, 0) == 0);
  CHECK(atan2_right(0, 3) == 0);
  CHECK(atan2_right(2, 0) == static_cast<float>(std::atan2(1.0, 0.0)));
  CHECK(atan2_right(-2, 0) == -atan2_right(2, 0));
  CHECK(atan2_right(5, 5) == static_cast<float>(std::atan2(1.0, 1.0)));
  CHECK(atan2_right(1, kInfinity) == 0);
  CHECK(std::isnan(atan2_right(kNan, 1)));
  CHECK(std::isnan(atan2_right(1, kNan)));
  CHECK(std::isnan(atan2_right(0, kNan)));
  CHECK(std::isnan(atan2_right(kNan, kNan)));
  CHECK(std::isnan(atan2_right(kInfinity, kInfinity)));
}

TEST_CASE("a NaN in the gradient or a moment reaches the parameter", "[unit]") {
  const AdamScalars s{.rate = 0.1F,
                      .decay = 1,
                      .gain1 = 0.1F,
                      .gain2 = 0.05F,
                      .inverse_bias2 = 1,
                      .epsilon = 1e-8F};
  const Moments moments = moments_of(0.5F, 0.5F, kNan, s);
  CHECK(std::isnan(moments.mean));
  CHECK(std::isnan(moments.square));
  CHECK(std::isnan(adam_atan2_of(1, kNan, 1, s)));
  CHECK(std::isnan(adam_atan2_of(1, 1, kNan, s)));
  CHECK(std::isnan(adamw_of(1, 1, kNan, s)));
  CHECK(std::isnan(gated(kNan, 1)));
  CHECK(std::isnan(gated(1, kNan)));
  CHECK(std::isnan(gate_gradient_of(kNan, 1, 1).gate));
  CHECK(std::isnan(gate_gradient_of(1, kNan, 1).up));
}

}  // namespace
}  // namespace trm::kernels
