#include <cmath>

#include "kernels/gpu/queue.h"
#include "tests/kernels/emulation/numbers.h"

namespace trm::emulation {
namespace {

using namespace kernels::gpu;

constexpr float kEpsilon = 1e-5F;

// The lines of [outer, tokens, width] along which a norm runs.
struct Lines {
  size_t count, length, step, width;

  static Lines of(const Extent& e, bool rows) {
    const auto outer = static_cast<size_t>(e.outer), tokens = static_cast<size_t>(e.tokens),
               width = static_cast<size_t>(e.width);
    return rows ? Lines{outer * tokens, width, 1, 1} : Lines{outer * width, tokens, width, width};
  }
  size_t at(size_t line, size_t i) const {
    return line / width * width * length + line % width + i * step;
  }
};

Numbers roots_of(const Numbers& x, const Lines& lines) {
  Numbers roots;
  for (size_t l = 0; l < lines.count; ++l) {
    double squares = 0;
    for (size_t i = 0; i < lines.length; ++i) squares += x[lines.at(l, i)] * x[lines.at(l, i)];
    const double mean = squares / static_cast<double>(lines.length);
    roots.push_back(1 / std::sqrt(mean + static_cast<double>(kEpsilon)));
  }
  return roots;
}

Numbers norm_of(const Numbers& x, const Lines& lines) {
  const Numbers roots = roots_of(x, lines);
  Numbers y(x.size());
  for (size_t l = 0; l < lines.count; ++l) {
    for (size_t i = 0; i < lines.length; ++i) y[lines.at(l, i)] = x[lines.at(l, i)] * roots[l];
  }
  return y;
}

// From the norm's results, as the kernels have them; and the size of what it adds up.
struct Gradient {
  Numbers dx, terms;
};
Gradient gradient_of(const Numbers& dy, const Numbers& y, const Numbers& roots,
                     const Lines& lines) {
  Gradient g{Numbers(y.size()), Numbers(y.size())};
  for (size_t l = 0; l < lines.count; ++l) {
    double dot = 0, size = 0;
    for (size_t i = 0; i < lines.length; ++i) {
      const double product = dy[lines.at(l, i)] * y[lines.at(l, i)];
      dot += product / static_cast<double>(lines.length);
      size += std::abs(product) / static_cast<double>(lines.length);
    }
    for (size_t i = 0; i < lines.length; ++i) {
      const size_t at = lines.at(l, i);
      g.dx[at] = roots[l] * (dy[at] - y[at] * dot);
      g.terms[at] = roots[l] * (std::abs(dy[at]) + std::abs(y[at]) * size);
    }
  }
  return g;
}

// A lane adds up to 65 squares (513 tokens in 8 warps) whose roundings partly cancel: the sum is
// good to a few roundings, its root and the quotient add some.
constexpr double kRoundings = 6;

template <class T>
void check_norm(Extent e, bool rows, const Offsets& offsets) {
  CAPTURE(e.outer, e.tokens, e.width, rows, offsets[0], offsets[1], offsets[2], offsets[3]);
  const Lines lines = Lines::of(e, rows);
  const int64_t count = e.outer * e.tokens * e.width;
  const auto roots = static_cast<int64_t>(lines.count);
  Array<T> h(count, offsets[0]), r(count, offsets[1]), y(count, offsets[2]);
  Array<float> root(roots, offsets[3]);
  h.fill_normal();
  r.fill_normal();
  const auto queue = rows ? queue_norm_rows<T> : queue_norm_columns<T>;
  queue(h.data(), r.data(), y.data(), root.data(), e, kEpsilon, nullptr);
  Numbers x = h.numbers();
  const Numbers added = r.numbers();
  for (size_t i = 0; i < x.size(); ++i) x[i] += added[i];
  CHECK(error(y, norm_of(x, lines), kRoundings) <= 1);
  CHECK(error(root, roots_of(x, lines), kRoundings) <= 1);

  Array<T> dy(count, offsets[0]), dx(count, offsets[1]);
  dy.fill_normal();
  const auto backward = rows ? queue_norm_rows_gradient<T> : queue_norm_columns_gradient<T>;
  backward(dy.data(), y.data(), root.data(), dx.data(), e, nullptr);
  const auto expected = gradient_of(dy.numbers(), y.numbers(), root.numbers(), lines);
  CHECK(error(dx, expected.dx, expected.terms, kRoundings) <= 1);
}

template <class T>
void check_norms(bool rows) {
  for_sizes([&](int64_t tokens, int64_t width, const Offsets& offsets) {
    check_norm<T>({1, tokens, width}, rows, offsets);
  });
  for (const int64_t outer : kSizes) {
    if (rows && outer > 97) continue;  // to a norm along rows the outer axis is more tokens
    check_norm<T>({outer, 3, 10}, rows, {});
    if (outer > 97) continue;
    check_norm<T>({outer, 2, 64}, rows, {});
    check_norm<T>({outer, 2, 66}, rows, {1, 1, 1, 1});
  }
  check_norm<T>({0, 97, 512}, rows, {});
  check_norm<T>({2, 97, 0}, rows, {});
}

}  // namespace

TEST_CASE("the CUDA norm along rows is the formula in float32 and bfloat16", "[unit]") {
  check_norms<float>(true);
  check_norms<bfloat16>(true);
}

TEST_CASE("the CUDA norm along columns is the formula in float32 and bfloat16", "[unit]") {
  check_norms<float>(false);
  check_norms<bfloat16>(false);
}

TEST_CASE("the formula of the norm's gradient is its slope", "[unit]") {
  for (const bool rows : {true, false}) {
    const Lines lines = Lines::of({2, 3, 5}, rows);
    const Numbers x = Array<double>(30).fill_normal().numbers();
    const Numbers dy = Array<double>(30).fill_normal().numbers();
    const auto gradient = gradient_of(dy, norm_of(x, lines), roots_of(x, lines), lines);
    const auto f = [&](const Numbers& x_) { return norm_of(x_, lines); };
    CHECK(slope_error(f, x, dy, gradient.dx) < 1e-6);
  }
}

}  // namespace trm::emulation
