#include "figure/band.h"

#include "tests/catch.h"

namespace trm::figure {

using Runs = std::vector<std::vector<Sample>>;

TEST_CASE("a band has mean, extremes and number of the runs after each step", "[unit]") {
  const auto band = band_of(Runs{{{10, 1, 0.5}, {20, 2, 0.7}}, {{10, 3, 0.1}}}, 100);
  CHECK(band.steps_a_point == 1);
  REQUIRE(band.points.size() == 2);
  CHECK(band.points[0].x == 2);
  CHECK(band.points[0].y == Approx(0.3));
  CHECK(band.points[0].low == 0.1);
  CHECK(band.points[0].high == 0.5);
  CHECK(band.points[0].runs == 2);
  CHECK(band.points[1].runs == 1);
  CHECK(band.points[1].low == band.points[1].high);
}

TEST_CASE("neighbouring steps share a point where there are too many", "[unit]") {
  Runs runs(2);
  for (int64_t step = 1; step <= 10; ++step) {
    const auto x = static_cast<double>(step);
    runs[0].push_back({step, x, x});
    if (step <= 9) runs[1].push_back({step, x, x + 100});
  }
  const auto band = band_of(runs, 4);
  CHECK(band.steps_a_point == 3);
  REQUIRE(band.points.size() == 4);
  // Of steps 4, 5 and 6: the means of the two runs are 5 and 105.
  CHECK(band.points[1].x == 5);
  CHECK(band.points[1].y == 55);
  CHECK(band.points[1].low == 5);
  CHECK(band.points[1].high == 105);
  CHECK(band.points[3].runs == 1);
  CHECK(band.points[3].y == 10);
}

TEST_CASE("no runs have no points", "[unit]") {
  CHECK(band_of(Runs{}, 10).points.empty());
  CHECK(band_of(Runs{{}, {}}, 10).points.empty());
}

}  // namespace trm::figure
