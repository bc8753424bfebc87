#include <cmath>

#include "kernels/gpu/queue.h"
#include "tests/kernels/emulation/numbers.h"

namespace trm::emulation {
namespace {

using namespace kernels::gpu;
using kernels::AdamScalars;

constexpr AdamScalars kScalars{.rate = 1.3e-2F,
                               .decay = 0.9987F,
                               .gain1 = 0.1F,
                               .gain2 = 0.05F,
                               .inverse_bias2 = 4.47F,
                               .epsilon = 1e-8F};

struct Adam {
  Numbers p, m, v;
};

// The state after a step, and the size of what it adds up.
struct Step {
  Adam after, terms;
};
Step stepped(const Adam& a, const Numbers& g, bool atan2) {
  const double gain1 = wide(kScalars.gain1), gain2 = wide(kScalars.gain2);
  Step step{a, a};
  auto& [after, terms] = step;
  for (size_t i = 0; i < g.size(); ++i) {
    after.m[i] = (1 - gain1) * a.m[i] + gain1 * g[i];
    terms.m[i] = std::abs(a.m[i]) + gain1 * std::abs(g[i]);
    after.v[i] = (1 - gain2) * a.v[i] + gain2 * g[i] * g[i];
    terms.v[i] = a.v[i] + gain2 * g[i] * g[i];
    const double root = std::sqrt(after.v[i]) * wide(kScalars.inverse_bias2);
    const double bottom = root + wide(kScalars.epsilon);
    const double move = atan2 ? std::atan2(after.m[i], root) : after.m[i] / bottom;
    after.p[i] = a.p[i] * wide(kScalars.decay) - wide(kScalars.rate) * move;
    terms.p[i] = std::abs(a.p[i]) + wide(kScalars.rate) * (std::abs(move) + terms.m[i] / bottom);
  }
  return step;
}

// A difference, a product and a sum for a moment. A weight is a product and a sum; its move, a
// hundredth of it, adds the moments' roundings, a root, a product and an arc tangent or a quotient.
constexpr double kRoundings = 4;

void check_adam(int64_t count, const Offsets& offsets, bool atan2, bool apply) {
  CAPTURE(count, offsets[0], offsets[1], offsets[2], offsets[3], atan2, apply);
  Array<float> p(count, offsets[0]), m(count, offsets[1]), v(count, offsets[2]),
      g(count, offsets[3]), on(1);
  p.fill_normal();
  m.fill_normal(1e-3);
  g.fill_normal(1e-3);
  for (size_t i = 0; i < v.size(); ++i)
    v[i] = static_cast<float>(std::pow(normal_number(), 2)) * 1e-6F;
  if (count > 1) m[0] = v[0] = g[0] = 0;  // a weight that never had a gradient
  on[0] = apply ? 1 : 0;
  const Adam before{p.numbers(), m.numbers(), v.numbers()};
  queue_adam(p.data(), m.data(), v.data(), g.data(), &kScalars, on.data(), count, atan2, nullptr);
  if (!apply) {
    CHECK((p.numbers() == before.p && m.numbers() == before.m && v.numbers() == before.v));
    return;
  }
  const auto [after, terms] = stepped(before, g.numbers(), atan2);
  CHECK(error(m, after.m, terms.m, kRoundings) <= 1);
  CHECK(error(v, after.v, terms.v, kRoundings) <= 1);
  CHECK(error(p, after.p, terms.p, kRoundings) <= 1);
}

void check_average(int64_t count, const Offsets& offsets, bool apply) {
  CAPTURE(count, offsets[0], offsets[1], apply);
  constexpr double kRate = 0.999;
  Array<float> average(count, offsets[0]), p(count, offsets[1]), on(1);
  average.fill_normal();
  p.fill_normal();
  on[0] = apply ? 1 : 0;
  // Each operation rounded by itself: the bits are those of a CPU.
  Numbers expected = average.numbers();
  const Numbers moved_to = p.numbers();
  const auto rounded = [](double x) { return wide(static_cast<float>(x)); };
  for (size_t i = 0; apply && i < expected.size(); ++i) {
    expected[i] =
        rounded(rounded(rounded(1 - kRate) * moved_to[i]) + rounded(rounded(kRate) * expected[i]));
  }
  queue_average(average.data(), p.data(), kRate, on.data(), count, nullptr);
  CHECK(average.numbers() == expected);
}

constexpr int64_t kCounts[] = {0, 1, 4, 7, 33, 64, 97, 255, 256, 512, 513, 1024, 4099};

}  // namespace

TEST_CASE("the CUDA Adam steps are the formulas, and none where the step is not applied",
          "[unit]") {
  for (const int64_t count : kCounts) {
    for (const auto& offsets : kOffsets) {
      for (const bool atan2 : {true, false}) {
        check_adam(count, offsets, atan2, true);
        check_adam(count, offsets, atan2, false);
      }
    }
  }
}

TEST_CASE("the CUDA average has the formula's bits", "[unit]") {
  for (const int64_t count : kCounts) {
    for (const auto& offsets : kOffsets) {
      check_average(count, offsets, true);
      check_average(count, offsets, false);
    }
  }
}

}  // namespace trm::emulation
