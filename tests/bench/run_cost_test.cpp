#include "bench/run_cost.h"

#include "tests/catch.h"
#include "tests/experiment/small_experiment.h"

namespace trm::bench {

using experiment::SmallExperiment;

TEST_CASE("a run's cost counts its evaluations, and measures where asked", "[unit]") {
  const SmallExperiment small;
  const auto cost = cost_of_run(small.load({"evaluate.limit=15"}), /*timed=*/false);
  CHECK(cost.steps == 12);
  CHECK(cost.evaluations == 2);  // at steps 6 and 12
  CHECK(cost.validation_puzzles == 12);
  CHECK(cost.test_puzzles == 15);
  CHECK(cost.all_test_puzzles == 20);
  CHECK(cost.evaluated_puzzles() == 2 * 12 + 15);
  // Forward alone, of two outer cycles of three applications, three supervision steps.
  const double block = 2 * 3 * (18 * 256 * 16 + 18 * 256 * 16), head = 2 * 16 * 16 * 6;
  CHECK(cost.step.evaluation_operations == Approx(3 * (2 * block * (3 + 3) + head)));
  CHECK_FALSE(cost.step_seconds.has_value());
  CHECK(contains(cost_text(cost), "the first 15 of 20 test puzzles (evaluate.limit)"));

  const std::vector<std::string> without = {"data.validation=0", "train.eval_steps=5"};
  const auto timed = cost_of_run(small.load(without), /*timed=*/true);
  CHECK(timed.evaluations == 2);  // at steps 5 and 10, of the test set
  CHECK(timed.evaluated_puzzles() == 3 * 20);
  CHECK(*timed.step_seconds > 0);
  CHECK(*timed.puzzle_seconds > 0);
  CHECK(contains(cost_text(timed), "a step), evaluations"));
}

TEST_CASE("a step that needs too much memory is told what would fit", "[unit]") {
  const SmallExperiment small;
  // A batch of a million rows.
  const auto cost = cost_of_run(small.load({"train.batch=1048576"}), /*timed=*/false);
  REQUIRE(cost.free_bytes.has_value());
  REQUIRE(cost.fitting_shards.has_value());
  CHECK(*cost.fitting_shards > 8);
  CHECK(contains(cost_text(cost), ": too little, set train.shards="));
}

}  // namespace trm::bench
