#include "core/statistics.h"

#include "tests/catch.h"

// The expected numbers are SciPy 1.17.1's and, of Holm's rule, statsmodels 0.14's:
//   from scipy import stats, special
//   stats.t.ppf(q, v); 2 * stats.t.sf(abs(t), v); special.betainc(a, b, x)
//   r = stats.ttest_rel(a, b); r.pvalue; r.confidence_interval(0.95)
//   stats.binomtest(min(b, c), b + c, 0.5).pvalue
//   statsmodels.stats.multitest.multipletests(p, method="holm")[1]

namespace trm {
namespace {

Approx near(double value) { return Approx(value).epsilon(1e-11); }

}  // namespace

TEST_CASE("quantiles of t are SciPy's", "[unit]") {
  struct Case {
    double degrees, at_60, at_975, at_9995;
  };
  for (const auto& c : {Case{1, 0.32491969623290634, 12.706204736174694, 636.6192487687897},
                        Case{2, 0.2886751345948128, 4.302652729749462, 31.599054576445365},
                        Case{3, 0.2766706623326898, 3.1824463052837078, 12.923978636687961},
                        Case{9, 0.260955336473911, 2.262157162798205, 4.780912585931217},
                        Case{30.5, 0.25556816383917524, 2.04086944518632, 3.6395957941798445},
                        Case{1000, 0.25341451583949876, 1.9623390808264083, 3.300282648423944}}) {
    INFO(c.degrees);
    CHECK(t_quantile(0.6, c.degrees) == near(c.at_60));
    CHECK(t_quantile(0.975, c.degrees) == near(c.at_975));
    CHECK(t_quantile(0.9995, c.degrees) == near(c.at_9995));
  }
}

TEST_CASE("probabilities of t and the incomplete beta function are SciPy's", "[unit]") {
  CHECK(t_two_sided(0, 3) == 1.0);
  CHECK(t_two_sided(0.3, 1) == near(0.8144528418445154));
  CHECK(t_two_sided(2.5, 2) == near(0.12961172022151082));
  CHECK(t_two_sided(-4.303, 2) == near(0.0499925249852145));
  CHECK(t_two_sided(12, 5) == near(7.089492517161522e-05));
  CHECK(t_two_sided(40, 9) == near(1.8982998449339822e-11));
  CHECK(t_two_sided(1e-8, 4) == near(0.9999999925));
  CHECK(incomplete_beta(2, 5, 0.3) == near(0.5798250000000003));
  CHECK(incomplete_beta(0.5, 0.5, 0.9) == near(0.7951672353008665));
  CHECK(incomplete_beta(10, 0.5, 0.01) == near(1.770034965528571e-21));
  CHECK(incomplete_beta(300, 301, 0.5) == near(0.5162799656674892));
  CHECK(incomplete_beta(1, 1e4, 0.999) == 1.0);
}

TEST_CASE("the paired test is SciPy's", "[unit]") {
  const std::vector<double> a = {0.767, 0.812, 0.789}, b = {0.678, 0.798, 0.742};
  const auto three = paired_test(a, b);
  REQUIRE(three);
  CHECK(three->difference == near(0.05));
  CHECK(three->p == near(0.14775478536475117));
  CHECK(three->low == near(-0.04337846893978526));
  CHECK(three->high == near(0.1433784689397853));
  const std::vector<double> c = {3.1, 2.7, 5.5, 4.2, 9.9, 1.2}, d = {2.9, 3.1, 4.4, 4.6, 7.7, 1.1};
  const auto six = paired_test(c, d);
  REQUIRE(six);
  CHECK(six->p == near(0.30961435050920366));
  CHECK(six->low == near(-0.5945959332407873));
  CHECK(six->high == near(1.5279292665741209));
  CHECK(mean_of(c) == near(4.433333333333333));
  CHECK(deviation_of(c).value() == near(3.0434629399200293));
}

TEST_CASE("a median is the number in the middle, the upper of two", "[unit]") {
  CHECK(median_of({3}) == 3);
  CHECK(median_of({5, 1, 9}) == 5);
  CHECK(median_of({4, 1, 9, 2}) == 4);
  CHECK_THROWS_AS(median_of({}), std::logic_error);
}

TEST_CASE("too few numbers, and equal differences, are told as such", "[unit]") {
  const std::vector<double> one = {0.5}, two = {0.7};
  CHECK_FALSE(deviation_of(one));
  CHECK_FALSE(paired_test(one, two));
  const std::vector<double> a = {0.1, 0.2, 0.3}, b = {0.2, 0.3, 0.4};
  const auto shifted = paired_test(a, b);
  REQUIRE(shifted);
  CHECK(shifted->p == 0);
  CHECK(shifted->low == shifted->high);
  CHECK(paired_test(a, a)->p == 1);
}

TEST_CASE("McNemar's test is SciPy's binomial test", "[unit]") {
  CHECK(mcnemar(0, 0) == 1);
  CHECK(mcnemar(1, 0) == 1);
  CHECK(mcnemar(5, 12) == near(0.143463134765625));
  CHECK(mcnemar(12, 5) == near(0.143463134765625));
  CHECK(mcnemar(7, 7) == 1);
  CHECK(mcnemar(30, 61) == near(0.0015165131944572209));
  CHECK(mcnemar(1000, 1100) == near(0.03072070786424249));
  CHECK(mcnemar(0, 40) == near(1.8189894035458565e-12));
}

TEST_CASE("Holm's correction is statsmodels'", "[unit]") {
  const auto check = [](const std::vector<double>& p, const std::vector<double>& expected) {
    const auto corrected = holm(p);
    REQUIRE(corrected.size() == expected.size());
    for (size_t i = 0; i < p.size(); ++i) CHECK(corrected[i] == near(expected[i]));
  };
  check({0.01, 0.04, 0.03, 0.005}, {0.03, 0.06, 0.06, 0.02});
  check({0.6, 0.02, 0.5}, {1, 0.06, 1});
  check({0.05}, {0.05});
  check({0.2, 0.2, 0.001, 0.9, 0.04}, {0.6, 0.6, 0.005, 0.9, 0.16});
  check({}, {});
}

// The shares p with |hits / all - p| = z sqrt(p (1 - p) / all), found by bisection with 40 digits.
TEST_CASE("Wilson's interval has the shares that the score test just does not refuse", "[unit]") {
  const auto check = [](double hits, double all, double low, double high) {
    INFO(hits << " of " << all);
    const auto interval = wilson(hits, all);
    CHECK(interval.low == near(low));
    CHECK(interval.high == near(high));
  };
  check(8, 10, 0.4901624715366417, 0.9433178485456247);
  check(0, 20, 0.0, 0.16112515805281935);
  check(979, 1000, 0.9681097049387625, 0.9862242604320757);
  check(7, 40, 0.08745413746035918, 0.31949990331787714);
  check(20, 20, 0.8388748419471806, 1.0);
  check(1, 422786, 4.1752708585920377e-07, 1.3398932648694464e-05);
  CHECK(wilson(0, 0).low == 0);
  CHECK(wilson(0, 0).high == 1);
}

TEST_CASE("the difference of pairs has Wald's interval with half a pair in every cell", "[unit]") {
  const auto check = [](int64_t first, int64_t second, int64_t all, double low, double high) {
    INFO(first << " and " << second << " of " << all);
    const auto interval = difference_of_pairs(first, second, all);
    CHECK(interval.low == near(low));
    CHECK(interval.high == near(high));
  };
  check(12, 5, 100, -0.011801075037416384, 0.14905597699820072);
  check(0, 0, 50, -0.037691615087308734, 0.037691615087308734);
  check(30, 61, 1000, -0.04960186410557664, -0.01227438339941338);
  CHECK(difference_of_pairs(0, 0, 0).low == -1);
}

}  // namespace trm
