#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace trm {

// Of at least one number; of an even number of them the upper of the two in the middle.
double median_of(std::vector<double> values);
double mean_of(std::span<const double> values);  // of at least one
// The sample's standard deviation, with n - 1; nothing of fewer than two.
std::optional<double> deviation_of(std::span<const double> values);

// The regularized incomplete beta function I_x(a, b), 0 <= x <= 1, a and b above 0: by its
// continued fraction (DLMF 8.17.22), to about 1e-13 of its value.
double incomplete_beta(double a, double b, double x);

// Student's t: the probability that |T| is at least |t|, and the t below which T is with
// `probability`, which lies in (0.5, 1).
double t_two_sided(double t, double degrees);
double t_quantile(double probability, double degrees);

// Pairs of a mean difference a - b: its 95 % interval by Student's t, and the two-sided p of the
// paired t test. Pairs that all differ by the same have an interval of no width, and p is 0, or 1
// where that is no difference. Nothing of fewer than two pairs.
struct PairedTest {
  double difference = 0, low = 0, high = 0, p = 1;
};
std::optional<PairedTest> paired_test(std::span<const double> a, std::span<const double> b);

// McNemar's test, exact: the two-sided binomial p of puzzles that only one of two models solved.
// What both or none solved says nothing; p is 1 where there are no others.
double mcnemar(int64_t only_first, int64_t only_second);

// Holm's correction of several p: the smallest times their number, the next times one less, and
// none below the one before it. In the order given.
std::vector<double> holm(std::span<const double> p);

// The 95 % interval of a share, `hits` of `n` independent ones (Wilson 1927), which need not be
// whole numbers; 0 to 1 of none.
struct Interval {
  double low = 0, high = 1;
};
Interval wilson(double hits, double n);

// Of `all` pairs, of which only the first hit in some and only the second in others: the 95 %
// interval of the difference of the two shares, first less second (Wald's, with half a pair added
// to each of the four cells: Agresti and Min 2005); -1 to 1 of none.
Interval difference_of_pairs(int64_t only_first, int64_t only_second, int64_t all);

}  // namespace trm
