#include <cmath>

#include "kernels/gpu/queue.h"
#include "tests/kernels/emulation/numbers.h"

namespace trm::emulation {
namespace {

using namespace kernels::gpu;

// A turn of (x[k], x[k + half]) by the token's angles, of the slots that turn; and the size of what
// it adds up.
struct Turned {
  Numbers y, terms;
};
Turned turned(const Numbers& x, const Numbers& cos, const Numbers& sin, double direction,
              const RotaryExtent& e) {
  const auto half = static_cast<size_t>(e.half), slots = static_cast<size_t>(e.slots),
             tokens = static_cast<size_t>(e.tokens), turning = static_cast<size_t>(e.turning);
  Turned t{x, Numbers(x.size(), 0)};  // without a turn no bit changes
  for (size_t i = 0; i < x.size(); ++i) {
    const size_t k = i % (2 * half), slot = i / (2 * half) % slots;
    const size_t token = i / (2 * half) / slots % tokens;
    if (slot >= turning) continue;
    const double partner = k < half ? -x[i + half] : x[i - half];
    const size_t angle = token * 2 * half + k;
    t.y[i] = x[i] * cos[angle] + partner * sin[angle] * direction;
    t.terms[i] = std::abs(x[i] * cos[angle]) + std::abs(partner * sin[angle]);
  }
  return t;
}

// Two products and their sum.
constexpr double kRoundings = 2;

template <class T>
void check_rotary(int64_t outer, int64_t tokens, int64_t heads, int64_t half,
                  const Offsets& offsets) {
  CAPTURE(outer, tokens, heads, half, offsets[0], offsets[1], offsets[2], offsets[3]);
  const RotaryExtent e{outer, tokens, 3 * heads, 2 * heads, half};
  const int64_t count = outer * tokens * 3 * heads * 2 * half;
  Array<T> x(count, offsets[0]);
  Array<float> cos(tokens * 2 * half, offsets[2]), sin(tokens * 2 * half, offsets[3]);
  x.fill_normal();
  for (size_t i = 0; i < cos.size(); ++i) {  // the second half's angles are the first's
    const size_t k = i % static_cast<size_t>(2 * half) % static_cast<size_t>(half);
    const double token = static_cast<double>(i / static_cast<size_t>(2 * half));
    const double angle = token * std::pow(100.0, -wide(k) / wide(half));
    cos[i] = static_cast<float>(std::cos(angle));
    sin[i] = static_cast<float>(std::sin(angle));
  }
  for (const float direction : {1.0F, -1.0F}) {
    Array<T> y(count, offsets[1]);
    queue_rotate(x.data(), y.data(), cos.data(), sin.data(), direction, e, nullptr);
    const auto expected = turned(x.numbers(), cos.numbers(), sin.numbers(), wide(direction), e);
    CHECK(error(y, expected.y, expected.terms, kRoundings) <= 1);
  }
}

template <class T>
void check_rotaries() {
  for_sizes([](int64_t tokens, int64_t half, const Offsets& offsets) {
    check_rotary<T>(1, tokens, 1, half, offsets);
  });
  for (const int64_t size : kSizes) {
    check_rotary<T>(size, 3, 1, 8, {});
    check_rotary<T>(size, 2, 2, 5, {});
    check_rotary<T>(2, 2, size, 16, {});
    check_rotary<T>(2, 3, size, 3, {});
  }
  check_rotary<T>(0, 97, 8, 32, {});
}

}  // namespace

TEST_CASE("the CUDA rotation is the formula in float32 and bfloat16", "[unit]") {
  check_rotaries<float>();
  check_rotaries<bfloat16>();
}

TEST_CASE("a rotation back is the slope of a rotation", "[unit]") {
  const RotaryExtent e{1, 2, 3, 2, 2};
  const Numbers x = Array<double>(24).fill_normal().numbers();
  const Numbers dy = Array<double>(24).fill_normal().numbers();
  const Numbers half = Array<double>(4).fill_normal().numbers();
  Numbers cos, sin;
  for (const size_t i : {0, 1, 0, 1, 2, 3, 2, 3}) {
    cos.push_back(std::cos(half[i]));
    sin.push_back(std::sin(half[i]));
  }
  const auto f = [&](const Numbers& x_) { return turned(x_, cos, sin, 1, e).y; };
  CHECK(slope_error(f, x, dy, turned(dy, cos, sin, -1, e).y) < 1e-8);
}

}  // namespace trm::emulation
