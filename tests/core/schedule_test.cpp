#include "core/schedule.h"

#include "tests/catch.h"

namespace trm {

TEST_CASE("the rate rises in a line to its base", "[unit]") {
  const ScheduleConfig schedule{.warmup_steps = 4, .min_ratio = 0.1};
  CHECK(schedule.at(1, 12) == 0.25);
  CHECK(schedule.at(2, 12) == 0.5);
  CHECK(schedule.at(3, 12) == 0.75);
  CHECK(schedule.at(4, 12) == 1);
}

TEST_CASE("the rate falls along half a cosine to its least", "[unit]") {
  const ScheduleConfig schedule{.warmup_steps = 4, .min_ratio = 0.1};
  CHECK(schedule.at(6, 12) == Approx(0.1 + 0.9 * (2 + std::sqrt(2.0)) / 4));
  CHECK(schedule.at(8, 12) == Approx(0.55));
  CHECK(schedule.at(12, 12) == Approx(0.1));
  const ScheduleConfig to_zero{.warmup_steps = 0, .min_ratio = 0};
  CHECK(to_zero.at(0, 10) == 1);
  CHECK(to_zero.at(10, 10) == 0);
}

TEST_CASE("a least share of one keeps the rate constant after the warm-up", "[unit]") {
  const ScheduleConfig schedule{.warmup_steps = 3};
  CHECK(schedule.at(2, 100) == Approx(2.0 / 3));
  for (const int64_t step : {3, 4, 50, 100}) CHECK(schedule.at(step, 100) == 1);
}

TEST_CASE("a warm-up as long as the run or longer does not divide by zero", "[unit]") {
  const ScheduleConfig schedule{.warmup_steps = 10, .min_ratio = 0.5};
  CHECK(schedule.at(5, 5) == 0.5);
  CHECK(schedule.at(9, 10) == 0.9);
  CHECK(schedule.at(10, 10) == 1);
}

}  // namespace trm
