// Selection, halting and statistics, with a solver whose every answer is known.

#include <cmath>
#include <limits>

#include "eval/comparison.h"
#include "eval/resample.h"
#include "tests/catch.h"
#include "tests/eval/scripted_solver.h"
#include "tests/eval/small_evaluation.h"

namespace trm::eval {
namespace {

using Say = Scripted::Say;

constexpr std::initializer_list<Selection> kAll = {Selection::kLast,     Selection::kBestQ,
                                                   Selection::kResidual, Selection::kConfidence,
                                                   Selection::kVote,     Selection::kOracle};

// Exact accuracy of every rule at a depth, in the order of kAll.
std::vector<double> shares(const Evaluation& evaluation, size_t k) {
  std::vector<double> shares;
  for (const auto& score : evaluation.by_depth().at(k).selections)
    shares.push_back(score.exact_accuracy);
  return shares;
}

}  // namespace

TEST_CASE("every rule of selection answers with the trajectory that it should", "[unit]") {
  SmallEvaluation small(20);
  auto& search = small.request.search;
  search.breadths = {4};
  search.depths = {2, 5};
  search.selections = kAll;
  // Draw 0 is never right. Draw 1 is right in examples 0 .. 4 and has the highest halting value;
  // draw 2 in 0 .. 9 and moves least; draw 3 is right in 0 .. 14 and is the most confident. Draws 0
  // and 1 are wrong alike in examples 5 and later, where they outvote the others.
  Scripted solver(small.data->spec(), [](int64_t example, int64_t draw, int64_t step) {
    const bool right = draw > 0 && example < 5 * draw;
    const float moves = draw == 2 ? 0.25F : 1.0F;
    return Say{.wrong = right ? 0 : 2,
               .kind = draw < 2 ? 1 : static_cast<int>(draw),
               .value = draw == 1 ? 3.0F : -1.0F,
               .scale = (draw == 3 ? 20.0F : 2.0F) + moves * static_cast<float>(step),
               .surprise = static_cast<double>(draw)};
  });
  const auto evaluation = small.run(solver);
  REQUIRE(evaluation.by_depth().size() == 2);
  for (size_t k = 0; k < 2; ++k)
    CHECK(shares(evaluation, k) == std::vector<double>{0, 0.25, 0.5, 0.75, 0.25, 0.75});
  CHECK(evaluation.by_depth()[1].depth == 5);
  CHECK(evaluation.scores.exact_accuracy == 0);
  CHECK(evaluation.scores.metric("surprise") == 0);
  CHECK(std::isnan(evaluation.scores.metric("lm_loss")));
  CHECK(evaluation.mean_steps == 20);  // four trajectories of five
  CHECK(evaluation.by_step.size() == 5);

  // The first rule is the one whose scores come first, and whose answers go out.
  search.selections = {Selection::kConfidence, Selection::kLast};
  const auto confident = small.run(solver);
  CHECK(confident.scores.exact_accuracy == 0.75);
  CHECK(confident.scores.metric("surprise") == 3);
  for (const auto& [example, answer] : small.answers) {
    const int64_t examples[] = {example};
    const auto label = data::BatchReader(small.data).read_padded(examples, 1).labels[0];
    CHECK(answer.equal(label) == (example < 15));
  }
}

TEST_CASE("of equal votes the answers with higher halting values win", "[unit]") {
  SmallEvaluation small(4);
  auto& search = small.request.search;
  search.breadths = {4};
  search.depths = {1};
  search.selections = {Selection::kVote};
  // Two against two.
  Scripted solver(small.data->spec(), [](int64_t example, int64_t draw, int64_t /*step*/) {
    const bool right = draw % 2 == 1;
    const bool sure = right == (example < 3);
    return Say{.wrong = right ? 0 : 1, .value = sure ? 0.5F : 0.25F};
  });
  CHECK(small.run(solver).scores.exact_accuracy == 0.75);
}

TEST_CASE("rows that halt leave the batch, and the others go on as they were", "[unit]") {
  SmallEvaluation small(64);
  auto& search = small.request.search;
  search.depths = {2, 8};
  search.halt = Halt::kQ;
  search.q_threshold = 1;
  // Example e says at step 1 + e % 8 that it is right, and is; later steps spoil it.
  const auto script = [](int64_t example, int64_t /*draw*/, int64_t step) {
    const auto when = 1 + example % 8;
    return Say{.wrong = step == when ? 0 : 1, .value = step == when ? 2.0F : 0.0F};
  };
  Scripted solver(small.data->spec(), script);
  const auto halted = small.run(solver);
  CHECK(halted.scores.exact_accuracy == 1);
  CHECK(halted.mean_steps == 4.5);
  CHECK(halted.by_depth()[0].selections[0].exact_accuracy == 0.25);  // those of steps 1 and 2
  for (const auto& [example, history] : small.histories) {
    const auto when = 1 + example % 8;
    CHECK(history.steps[0].item<int64_t>() == when);
    CHECK(history.value.slice(1, when).eq(2).all().item<bool>());
  }
  const auto with = solver.calls;
  search.halt = Halt::kNever;
  Scripted all(small.data->spec(), script);
  const auto never = small.run(all);
  CHECK(never.scores.exact_accuracy == 0.125);
  CHECK(with < all.calls);

  // The curve of the pass that never halted says what halting would have done.
  for (const auto& stop : never.curve) {
    if (stop.rule != Halt::kQ || stop.threshold != 0.8) continue;
    CHECK(stop.mean_steps == 4.5);
    CHECK(stop.exact_accuracy == 1);
  }
}

TEST_CASE("converged trajectories stop, and wrong ones among them are spurious fixed points",
          "[unit]") {
  SmallEvaluation small(16);
  auto& search = small.request.search;
  search.depths = {6};
  search.residual_threshold = 0.1;
  // From step 3 on half of the examples stand still; a quarter of these are wrong.
  const auto script = [](int64_t example, int64_t /*draw*/, int64_t step) {
    const bool still = example % 2 == 0 && step >= 3;
    return Say{.wrong = example % 8 == 0 ? 1 : 0, .scale = still ? 3.0F : static_cast<float>(step)};
  };
  Scripted solver(small.data->spec(), script);
  const auto all = small.run(solver);
  CHECK(all.converged == 0.5);
  CHECK(all.spurious_fixed_points == 0.125);
  CHECK(all.mean_steps == 6);
  search.halt = Halt::kConverged;
  const auto halted = small.run(solver);
  CHECK(halted.converged == 0.5);
  CHECK(halted.mean_steps == 5);  // 4 and 6
  CHECK(halted.scores.exact_accuracy == all.scores.exact_accuracy);
}

TEST_CASE("the halting value is held to what it says", "[unit]") {
  SmallEvaluation small(40);
  small.request.search.depths = {2};
  // A quarter says 0.75 and is right in three of four, the rest says 0.1 and is never right.
  const auto logit = [](double p) { return static_cast<float>(std::log(p / (1 - p))); };
  Scripted solver(small.data->spec(), [&](int64_t example, int64_t /*draw*/, int64_t step) {
    const bool sure = example % 4 == 0, right = sure && example % 16 != 0;
    return Say{.wrong = right && step == 2 ? 0 : 1, .value = logit(sure ? 0.75 : 0.11)};
  });
  const auto evaluation = small.run(solver);
  const auto& calibration = evaluation.calibration;
  REQUIRE(calibration.ranges.size() == 10);
  CHECK(calibration.ranges[7].puzzles == 10);
  CHECK(calibration.ranges[7].share == Approx(0.7));
  CHECK(calibration.ranges[7].mean == Approx(0.75));
  CHECK(calibration.ranges[1].puzzles == 30);
  CHECK(calibration.ranges[1].share == 0);
  const double brier = (7 * 0.0625 + 3 * 0.5625 + 30 * 0.0121) / 40;
  CHECK(calibration.brier == Approx(brier).epsilon(1e-6));
  CHECK(calibration.expected_error == Approx((10 * 0.05 + 30 * 0.11) / 40).epsilon(1e-6));
  CHECK(evaluation.changed_by_step[0] == 0);
  CHECK(evaluation.changed_by_step[1] == Approx(7.0 / 40));
  CHECK(evaluation.interval().low == Approx(wilson(7, 40).low));
}

TEST_CASE("a halting value that is no number trusts no answer", "[unit]") {
  SmallEvaluation small(40);
  small.request.search.depths = {2};
  Scripted solver(small.data->spec(), [](int64_t, int64_t, int64_t) {
    return Say{.value = std::numeric_limits<float>::quiet_NaN()};
  });
  const auto evaluation = small.run(solver);
  CHECK(evaluation.scores.exact_accuracy == 1);
  CHECK(evaluation.calibration.ranges[0].puzzles == 40);
  CHECK(evaluation.calibration.brier == 1);
}

TEST_CASE("copies of a puzzle widen no interval and are compared once", "[unit]") {
  CHECK(interval_of(30, 40, 40).low == wilson(30, 40).low);
  CHECK(interval_of(300, 400, 40).low == Approx(wilson(30, 40).low));
  CHECK(interval_of(0, 0, 0).high == 1);
  Evaluation first, second;
  first.exact = {1, 1, 1, 1, 0, -1};
  second.exact = {0, 0, 0, 1, 1, 1};
  first.copy = second.copy = {false, true, true, false, false, false};
  const std::vector<int64_t> examples = {10, 11, 12, 13, 14, 15};
  const auto pairs = compared(first, second, examples);
  CHECK(pairs.puzzles == 3);
  CHECK(pairs.solved_by_first == std::vector<int64_t>{10});
  CHECK(pairs.solved_by_second == std::vector<int64_t>{14});
  CHECK(pairs.p == 1);
}

TEST_CASE("resampling copies particles as their weights say", "[unit]") {
  Stream stream(3, "particles");
  for (int round = 0; round < 200; ++round) {
    const auto count = 1 + stream.below(9);
    std::vector<double> scores;
    for (uint64_t i = 0; i < count; ++i) scores.push_back(4 * stream.uniform() - 2);
    const double start = stream.uniform();
    const auto copies = resampled(scores, start);
    // By definition: particle i owns its share of the line 0 .. 1, and the points (k + start) / n
    // fall into these shares.
    double all = 0;
    for (const double score : scores) all += std::exp(score);
    std::vector<int64_t> expected;
    for (uint64_t k = 0; k < count; ++k) {
      const double point = (static_cast<double>(k) + start) / static_cast<double>(count);
      double end = 0;
      int64_t owner = -1;
      for (uint64_t i = 0; i < count && owner < 0; ++i) {
        end += std::exp(scores[i]) / all;
        if (point < end || i + 1 == count) owner = static_cast<int64_t>(i);
      }
      expected.push_back(owner);
    }
    CHECK(copies == expected);
  }
  constexpr double kNone = -std::numeric_limits<double>::infinity();
  CHECK(resampled(std::vector<double>{kNone, 0, kNone}, 0.5) == std::vector<int64_t>{1, 1, 1});
  CHECK(resampled(std::vector<double>{kNone, kNone}, 0.5) == std::vector<int64_t>{0, 1});
}

}  // namespace trm::eval
