#include <cmath>

#include "kernels/gpu/queue.h"
#include "tests/kernels/emulation/numbers.h"

namespace trm::emulation {
namespace {

using namespace kernels::gpu;

// In both formulas x is [outer, 2, inner], gate before up.
struct Halves {
  size_t outer, inner;
  size_t gate(size_t i) const { return i / inner * 2 * inner + i % inner; }
  size_t up(size_t i) const { return gate(i) + inner; }
};

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

Numbers gate_of(const Numbers& x, Halves at) {
  Numbers y(at.outer * at.inner);
  for (size_t i = 0; i < y.size(); ++i) {
    const double g = x[at.gate(i)];
    y[i] = g * sigmoid(g) * x[at.up(i)];
  }
  return y;
}

Numbers gate_gradient_of(const Numbers& dy, const Numbers& x, Halves at) {
  Numbers dx(x.size());
  for (size_t i = 0; i < dy.size(); ++i) {
    const double g = x[at.gate(i)], up = x[at.up(i)], s = sigmoid(g);
    dx[at.gate(i)] = dy[i] * up * (s + g * s * (1 - s));
    dx[at.up(i)] = dy[i] * g * s;
  }
  return dx;
}

// What the gradient adds up: 1 and g (1 - s).
Numbers gradient_terms(const Numbers& dy, const Numbers& x, Halves at) {
  Numbers terms(x.size());
  for (size_t i = 0; i < dy.size(); ++i) {
    const double g = x[at.gate(i)], up = x[at.up(i)], s = sigmoid(g);
    terms[at.gate(i)] = std::abs(dy[i] * up) * s * (1 + std::abs(g));
    terms[at.up(i)] = std::abs(dy[i] * g) * s;
  }
  return terms;
}

Halves halves(int64_t outer, int64_t inner) {
  return {static_cast<size_t>(outer), static_cast<size_t>(inner)};
}

// exp_of is good to four roundings; the quotient and the products after it make the rest.
constexpr double kRoundings = 6;

template <class T>
void check_gate(int64_t outer, int64_t inner, const Offsets& offsets, double scale) {
  CAPTURE(outer, inner, offsets[0], offsets[1], offsets[2], scale);
  const Halves at = halves(outer, inner);
  Array<T> x(2 * outer * inner, offsets[0]), y(outer * inner, offsets[1]);
  Array<T> dy(outer * inner, offsets[1]), dx(2 * outer * inner, offsets[2]);
  x.fill_normal(scale);
  dy.fill_normal();
  queue_gate(x.data(), y.data(), outer, inner, nullptr);
  CHECK(error(y, gate_of(x.numbers(), at), kRoundings) <= 1);
  queue_gate_gradient(dy.data(), x.data(), dx.data(), outer, inner, nullptr);
  const Numbers expected = gate_gradient_of(dy.numbers(), x.numbers(), at);
  CHECK(error(dx, expected, gradient_terms(dy.numbers(), x.numbers(), at), kRoundings) <= 1);
}

template <class T>
void check_gates() {
  for_sizes([](int64_t outer, int64_t inner, const Offsets& offsets) {
    check_gate<T>(outer, inner, offsets, 2);
  });
  check_gate<T>(3, 512, {}, 60);  // to where exp ends
  check_gate<T>(0, 512, {}, 1);
  check_gate<T>(5, 0, {}, 1);
}

}  // namespace

TEST_CASE("the CUDA gate is the formula in float32 and bfloat16", "[unit]") {
  check_gates<float>();
  check_gates<bfloat16>();
}

TEST_CASE("the formula of the gate's gradient is its slope", "[unit]") {
  const Halves at{2, 5};
  const Numbers x = Array<double>(20).fill_normal().numbers();
  const Numbers dy = Array<double>(10).fill_normal().numbers();
  const auto f = [&](const Numbers& x_) { return gate_of(x_, at); };
  CHECK(slope_error(f, x, dy, gate_gradient_of(dy, x, at)) < 1e-8);
}

}  // namespace trm::emulation
