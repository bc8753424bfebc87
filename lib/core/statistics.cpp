#include "core/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace trm {
namespace {

constexpr double kZ = 1.959963984540054;  // that a normal number exceeds, either way, in 5 %

// The continued fraction of I_x(a, b) behind its front factor, from the front by Lentz's method:
// numerator and denominator of the convergents as ratios, which neither grow nor vanish. It
// converges fast for x < (a + 1) / (a + b + 2).
double fraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300, kEnough = 1e-15;
  constexpr int kMostTerms = 100'000;
  const auto away_from_zero = [](double value) { return value == 0 ? kTiny : value; };
  double numerator = 1, denominator = 0, value = 1;
  for (int term = 1; term <= kMostTerms; ++term) {
    const double m = term / 2;  // the same for an even term and the odd one behind it
    const double coefficient = term % 2 == 0
                                   ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                                   : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    denominator = 1 / away_from_zero(1 + coefficient * denominator);
    numerator = away_from_zero(1 + coefficient / numerator);
    const double ratio = numerator * denominator;
    value *= ratio;
    if (std::abs(ratio - 1) < kEnough) break;
  }
  return 1 / value;
}

}  // namespace

double median_of(std::vector<double> values) {
  if (values.empty()) throw std::logic_error("a median of nothing");
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double mean_of(std::span<const double> values) {
  if (values.empty()) throw std::logic_error("a mean of nothing");
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::optional<double> deviation_of(std::span<const double> values) {
  if (values.size() < 2) return std::nullopt;
  const double mean = mean_of(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incomplete_beta(b, a, 1 - x);
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                a * std::log(x) + b * std::log1p(-x)) /
                       a;
  return front * fraction(a, b, x);
}

double t_two_sided(double t, double degrees) {
  if (std::isinf(t)) return 0;
  // Of two shares that add up to one the smaller, which has all its digits.
  const double all = degrees + t * t;
  return t * t < degrees ? 1 - incomplete_beta(0.5, degrees / 2, t * t / all)
                         : incomplete_beta(degrees / 2, 0.5, degrees / all);
}

double t_quantile(double probability, double degrees) {
  if (!(probability > 0.5 && probability < 1)) throw std::logic_error("no such quantile of t");
  const double p = 2 * (1 - probability);
  double low = 0, high = 1;
  while (t_two_sided(high, degrees) > p) high *= 2;
  // Halves the range until there is no number between its ends.
  for (double middle = (low + high) / 2; low < middle && middle < high; middle = (low + high) / 2)
    (t_two_sided(middle, degrees) > p ? low : high) = middle;
  return high;
}

std::optional<PairedTest> paired_test(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size()) throw std::logic_error("pairs of two lists of different length");
  if (a.size() < 2) return std::nullopt;
  std::vector<double> differences;
  for (size_t i = 0; i < a.size(); ++i) differences.push_back(a[i] - b[i]);
  const auto count = static_cast<double>(a.size());
  const double difference = mean_of(differences);
  const double error = *deviation_of(differences) / std::sqrt(count);
  PairedTest test{difference, difference, difference, difference == 0 ? 1.0 : 0.0};
  // Equal differences of decimal numbers have a spread of rounding errors.
  if (error <= 4 * std::numeric_limits<double>::epsilon() * std::abs(difference)) return test;
  const double half = t_quantile(0.975, count - 1) * error;
  test.low -= half;
  test.high += half;
  test.p = t_two_sided(difference / error, count - 1);
  return test;
}

double mcnemar(int64_t only_first, int64_t only_second) {
  const auto all = static_cast<double>(only_first + only_second);
  const auto fewer = static_cast<double>(std::min(only_first, only_second));
  if (all == 0) return 1;
  // The probability of that few or fewer of `all` fair throws.
  return std::min(1.0, 2 * incomplete_beta(all - fewer, fewer + 1, 0.5));
}

Interval wilson(double hits, double n) {
  if (n == 0) return {};
  const double p = hits / n, z2 = kZ * kZ;
  const double centre = p + z2 / (2 * n), scale = 1 + z2 / n;
  const double half = kZ * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  // At the ends the two terms are equal, but for their rounding.
  return {hits == 0 ? 0 : (centre - half) / scale, hits == n ? 1 : (centre + half) / scale};
}

Interval difference_of_pairs(int64_t only_first, int64_t only_second, int64_t all) {
  if (all == 0) return {-1, 1};
  const double n = static_cast<double>(all) + 2;
  const double first = static_cast<double>(only_first) + 0.5;
  const double second = static_cast<double>(only_second) + 0.5;
  const double difference = (first - second) / n;
  const double error = std::sqrt((first + second) / n - difference * difference) / std::sqrt(n);
  const double half = kZ * error;
  return {std::max(-1.0, difference - half), std::min(1.0, difference + half)};
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t x, size_t y) { return p[x] < p[y]; });
  std::vector<double> corrected(p.size());
  double before = 0;
  for (size_t rank = 0; rank < order.size(); ++rank) {
    const double raised = p[order[rank]] * static_cast<double>(order.size() - rank);
    before = std::max(before, std::min(1.0, raised));
    corrected[order[rank]] = before;
  }
  return corrected;
}

}  // namespace trm
