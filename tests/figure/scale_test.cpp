#include "figure/scale.h"

#include <cmath>
#include <limits>

#include "tests/catch.h"

namespace trm::figure {
namespace {

using Numbers = std::vector<double>;
using Labels = std::vector<std::string>;

Labels labels_of(const Range& range, size_t most) { return tick_labels(ticks_of(range, most)); }

}  // namespace

TEST_CASE("ticks are round values within the range", "[unit]") {
  CHECK(ticks_of({0, 600}, 6) == Numbers{0, 200, 400, 600});
  CHECK(ticks_of({0, 1}, 6) == Numbers{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1});
  CHECK(ticks_of({-3, 4}, 4) == Numbers{-2, 0, 2, 4});
  CHECK(ticks_of({1, 4}, 6, /*whole=*/true) == Numbers{1, 2, 3, 4});
  CHECK(ticks_of({1, 2}, 6, /*whole=*/true) == Numbers{1, 2});
  CHECK(ticks_of({1e-9, 4e-9}, 5).size() == 4);
}

TEST_CASE("there are at most as many ticks as asked, whatever the range", "[unit]") {
  for (const double low : {-1e99, -7.3, 0.0, 1e-100, 3.0, 12345.6}) {
    for (const double width : {1e-9, 0.013, 1.0, 77.0, 1e6, 1e99}) {
      const auto range = range_of(Numbers{low, low + width}, false);
      const auto ticks = ticks_of(range, 6);
      INFO(low << " + " << width);
      CHECK(ticks.size() <= 6);
      CHECK(ticks.size() >= 2);
      for (const double tick : ticks) CHECK((tick >= range.low && tick <= range.high));
    }
  }
}

TEST_CASE("logarithmic ticks are powers of ten, with 2 and 5 where these are few", "[unit]") {
  CHECK(log_tick_labels(log_ticks_of({0.01, 1000}, 6)) ==
        Labels{"0.01", "0.1", "1", "10", "100", "1000"});
  CHECK(log_tick_labels(log_ticks_of({0.03, 2}, 6)) ==
        Labels{"0.05", "0.1", "0.2", "0.5", "1", "2"});
  CHECK(log_ticks_of({1e-60, 1e60}, 6).size() <= 6);
  CHECK(log_ticks_of({0.31, 0.42}, 6).size() >= 2);
}

TEST_CASE("labels have the decimals that tell ticks apart", "[unit]") {
  CHECK(labels_of({0, 2}, 6) == Labels{"0", "0.5", "1.0", "1.5", "2.0"});
  CHECK(labels_of({0.99, 1}, 6) == Labels{"0.990", "0.992", "0.994", "0.996", "0.998", "1.000"});
  CHECK(labels_of({0, 50000}, 6) == Labels{"0", "10k", "20k", "30k", "40k", "50k"});
  CHECK(labels_of({0, 3e6}, 4) == Labels{"0", "1M", "2M", "3M"});
  CHECK(labels_of({0, 6000}, 4) == Labels{"0", "2000", "4000", "6000"});
}

TEST_CASE("a range has room around a single value, and counts what can be drawn", "[unit]") {
  const auto around = range_of(Numbers{5, 5}, false);
  CHECK((around.low < 5 && around.high > 5));
  CHECK(range_of(Numbers{}, false).high > range_of(Numbers{}, false).low);
  const double infinity = std::numeric_limits<double>::infinity();
  const auto finite = range_of(Numbers{1, infinity, std::nan(""), 1e300, 3}, false);
  CHECK(finite.low == 1);
  CHECK(finite.high == 3);
  const auto positive = range_of(Numbers{0, -1, 0.5, 2}, true);
  CHECK(positive.low == 0.5);
  CHECK(positive.high == 2);
}

TEST_CASE("a rounded range holds the range and has no more ticks than asked", "[unit]") {
  for (const auto& range : {Range{0.03, 1.87}, Range{28.3, 100}, Range{-0.2, 0.9}}) {
    const auto wide = rounded(range, 6);
    CHECK((wide.low <= range.low && wide.high >= range.high));
    const auto ticks = ticks_of(wide, 6);
    CHECK(ticks.front() == Approx(wide.low));
    CHECK(ticks.back() == Approx(wide.high));
  }
}

TEST_CASE("a scale leads from the ends of a range to the ends of a drawing", "[unit]") {
  const Scale linear({0, 10}, false, 300, 100);
  CHECK(linear(0) == 300);
  CHECK(linear(2.5) == 250);
  CHECK(linear(99) == 100);
  const Scale logarithmic({0.01, 100}, true, 0, 400);
  CHECK(logarithmic(0.1) == Approx(100));
  CHECK(logarithmic(1) == Approx(200));
  CHECK(logarithmic(0) == 0);
}

TEST_CASE("values are read to four digits", "[unit]") {
  CHECK(value_text(0.0531249) == "0.05312");
  CHECK(value_text(97.5) == "97.5");
  CHECK(value_text(100) == "100");
  CHECK(value_text(12000) == "12000");
  CHECK(value_text(-0.25) == "-0.25");
  CHECK(value_text(0) == "0");
  CHECK(value_text(3e-9) == "3e-09");
}

}  // namespace trm::figure
