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

TEST_CASE("a run whose latents begin at random and have noise is measured like any other",
          "[unit]") {
  const SmallExperiment small;
  const auto timed = cost_of_run(
      small.load({"model.core.start=random", "model.core.mix=0.9", "model.core.noise=0.1"}),
      /*timed=*/true);
  CHECK(*timed.step_seconds > 0);
  CHECK(*timed.puzzle_seconds > 0);
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

TEST_CASE("the shards that fit are the least above those of the run", "[unit]") {
  const SmallExperiment small;
  const auto cost = cost_of_run(small.load({"train.batch=1048576"}), /*timed=*/false);
  REQUIRE(cost.fitting_shards.has_value());
  const auto with = [&](int64_t shards) {
    return cost_of_run(
        small.load({"train.batch=1048576", "train.shards=" + std::to_string(shards)}),
        /*timed=*/false);
  };
  const auto fitting = with(*cost.fitting_shards), before = with(*cost.fitting_shards / 2);
  const auto most = static_cast<double>(*cost.free_bytes);
  CHECK(fitting.step.memory_bytes() <= 1.1 * most);  // what is free changes meanwhile
  CHECK(before.step.memory_bytes() > 1.1 * most);
}

// The published maze configuration on a GPU of 80 GB, by its plan.
RunCost maze_on_gpu(int64_t shards, double gigabytes, std::optional<int64_t> fitting) {
  RunCost cost;
  cost.device = "cuda:0 (Card, compute capability 9.0)";
  cost.shards = shards;
  cost.step.activation_bytes = gigabytes * (1 << 30);
  cost.free_bytes = int64_t{78} << 30;
  cost.fits = gigabytes < 78;
  cost.fitting_shards = fitting;
  return cost;
}

TEST_CASE("a GPU with too little memory is named, with what would fit", "[unit]") {
  CHECK(contains(cost_text(maze_on_gpu(1, 115, 2)),
                 "; 78.00 GiB are free on cuda:0 (Card, compute capability 9.0): too little, set "
                 "train.shards=2\n"));
  CHECK(contains(cost_text(maze_on_gpu(8, 15, 2)), "; train.shards=2 fits and is faster\n"));
  CHECK(contains(cost_text(maze_on_gpu(2, 58, 2)), "compute capability 9.0)\n"));
  CHECK(contains(cost_text(maze_on_gpu(8, 115, std::nullopt)), "too little, even with one row a"));

  CHECK(memory_advice(maze_on_gpu(1, 115, 2)) ==
        "out of memory: a step of train.shards=1 needs about 115.00 GiB, and 78.00 GiB are free on "
        "cuda:0 (Card, compute capability 9.0); set train.shards=2");
  CHECK(contains(memory_advice(maze_on_gpu(2, 70, 2)),
                 "; set more train.shards, as 4, or a lower evaluate.batch"));
  auto replayed = maze_on_gpu(2, 70, 2);
  replayed.replays = true;
  CHECK(contains(memory_advice(replayed), "a lower evaluate.batch, or train.graph=off: "));
}

}  // namespace trm::bench
