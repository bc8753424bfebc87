#include <cmath>
#include <limits>

#include "kernels/gpu/queue.h"
#include "tests/kernels/emulation/numbers.h"

namespace trm::emulation {
namespace {

using namespace kernels::gpu;

constexpr int32_t kIgnored = -100;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double stable(double x) { return x < 0 ? 1 / (1 - x) : x + 1; }
double stable_slope(double x) { return x < 0 ? 1 / ((1 - x) * (1 - x)) : 1; }

bool is_token(double label, size_t vocabulary) {
  return label >= 0 && label < static_cast<double>(vocabulary);
}

// Results, and the size of what they add up.
struct Result {
  Numbers values, terms;
};

// -log(s(x_label) / sum of s), 0 where the label is ignored, NaN where it is no token.
Result loss_of(const Numbers& x, const Numbers& labels, size_t vocabulary) {
  Result loss{Numbers(labels.size(), 0), Numbers(labels.size(), 0)};
  for (size_t c = 0; c < labels.size(); ++c) {
    const auto* row = x.data() + c * vocabulary;
    double sum = 0;
    for (size_t j = 0; j < vocabulary; ++j) sum += stable(row[j]);
    if (labels[c] == kIgnored) continue;
    loss.values[c] = kNaN;
    if (!is_token(labels[c], vocabulary)) continue;
    const double of_label = stable(row[static_cast<size_t>(labels[c])]);
    loss.values[c] = -std::log(of_label / sum);
    loss.terms[c] = std::abs(std::log(sum)) + std::abs(std::log(of_label)) + 1;
  }
  return loss;
}

Result gradient_of(const Numbers& upstream, const Numbers& x, const Numbers& labels,
                   size_t vocabulary) {
  Result dx{Numbers(x.size(), 0), Numbers(x.size(), 0)};
  for (size_t c = 0; c < labels.size(); ++c) {
    const auto* row = x.data() + c * vocabulary;
    double sum = 0;
    for (size_t j = 0; j < vocabulary; ++j) sum += stable(row[j]);
    if (labels[c] == kIgnored) continue;
    for (size_t j = 0; j < vocabulary; ++j) {
      const double slope = stable_slope(row[j]), of_sum = slope / sum;
      const double of_label = static_cast<double>(j) == labels[c] ? slope / stable(row[j]) : 0;
      const size_t at = c * vocabulary + j;
      dx.values[at] = is_token(labels[c], vocabulary) ? upstream[c] * (of_sum - of_label) : kNaN;
      dx.terms[at] = std::abs(upstream[c]) * (of_sum + of_label);
    }
  }
  return dx;
}

// The loss is a difference of two logarithms, each good to a unit in the last place, of sums of up
// to 17 numbers a lane; of the gradients, computed in double, one rounding to float is left.
constexpr double kLossRoundings = 4, kGradientRoundings = 1.01;

template <class T>
void check_stablemax(int64_t cells, int64_t vocabulary, const Offsets& offsets) {
  CAPTURE(cells, vocabulary, offsets[0], offsets[1], offsets[2], offsets[3]);
  const auto tokens = static_cast<size_t>(vocabulary);
  Array<T> logits(cells * vocabulary, offsets[0]), gradient(cells * vocabulary, offsets[3]);
  Array<int32_t> labels(cells, offsets[1]);
  Array<double> loss(cells, offsets[2]), upstream(cells, offsets[2]);
  logits.fill_normal(5);
  upstream.fill_normal();
  for (size_t i = 0; i < labels.size(); ++i) {
    const int32_t some[] = {0, kIgnored, -1, static_cast<int32_t>(vocabulary)};
    labels[i] = i % 5 == 0 ? some[i / 5 % 4] : static_cast<int32_t>(i * 31 % tokens);
  }
  const CellExtent e{cells, vocabulary, kIgnored};
  queue_stablemax(logits.data(), labels.data(), loss.data(), e, nullptr);
  const auto expected = loss_of(logits.numbers(), labels.numbers(), tokens);
  CHECK(error(loss, expected.values, expected.terms, kLossRoundings) <= 1);
  queue_stablemax_gradient(upstream.data(), logits.data(), labels.data(), gradient.data(), e,
                           nullptr);
  const auto slopes = gradient_of(upstream.numbers(), logits.numbers(), labels.numbers(), tokens);
  CHECK(error(gradient, slopes.values, slopes.terms, kGradientRoundings) <= 1);
}

template <class T>
void check_stablemaxes() {
  for_sizes([](int64_t cells, int64_t vocabulary, const Offsets& offsets) {
    check_stablemax<T>(cells, vocabulary, offsets);
  });
  check_stablemax<T>(0, 11, {});
}

}  // namespace

TEST_CASE("the CUDA stablemax loss is the formula in float32 and bfloat16", "[unit]") {
  check_stablemaxes<float>();
  check_stablemaxes<bfloat16>();
}

TEST_CASE("the formula of the stablemax loss's gradient is its slope", "[unit]") {
  const Numbers labels = {2, kIgnored, 0};
  const Numbers x = Array<double>(15).fill_normal(3).numbers();
  const Numbers upstream = Array<double>(3).fill_normal().numbers();
  const auto f = [&](const Numbers& x_) { return loss_of(x_, labels, 5).values; };
  CHECK(slope_error(f, x, upstream, gradient_of(upstream, x, labels, 5).values) < 1e-8);
}

}  // namespace trm::emulation
