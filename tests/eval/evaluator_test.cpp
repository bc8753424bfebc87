// Evaluations of a model: nothing but the puzzle and the search is in a result.

#include "eval/evaluator.h"

#include <numeric>
#include <set>

#include "core/error.h"
#include "eval/act_solver.h"
#include "loss/losses.h"
#include "tensor/values.h"
#include "tests/catch.h"
#include "tests/eval/small_evaluation.h"
#include "tests/small_model.h"

namespace trm::eval {
namespace {

// A model of fresh weights with halting values that differ, on some puzzles.
struct Fresh {
  SmallEvaluation small{40};
  std::unique_ptr<model::Model> model;

  explicit Fresh(const char* precision = "float32", int64_t threads = 1) {
    const auto compute = choose_compute("cpu", precision, threads);
    model = std::make_unique<model::Model>(small_model_config(), small.data->spec(), compute, 5);
    torch::NoGradGuard no_grad;
    for (const auto& [name, weight] : model->named_weights()) {
      if (name == "q_head.weight") {
        Stream stream(1, "q");
        for (auto& value : writable_values_of<float>(weight))
          value = static_cast<float>(stream.normal());
      }
      if (name == "q_head.bias") weight.zero_();
    }
    model->refresh_weights();
    small.request.search.depths = {6};
  }
  Evaluation run() {
    ActSolver solver(*model, std::make_shared<loss::Stablemax>(loss::Stablemax::Config{}),
                     small.request.search, /*compatible=*/false);
    return small.run(solver);
  }
};

model::Motion random_start() {
  model::Motion motion;
  motion.random_start = true;
  return motion;
}

void check_same_histories(const Fresh& a, const Fresh& b, int64_t steps) {
  REQUIRE(a.small.histories.size() == b.small.histories.size());
  for (const auto& [example, history] : a.small.histories) {
    INFO("example " << example);
    CHECK(SmallEvaluation::same(history, b.small.histories.at(example), steps));
    CHECK(a.small.answers.at(example).equal(b.small.answers.at(example)));
  }
}

TEST_CASE("batch, order, workers and neighbours are in no bit of an answer", "[unit]") {
  for (const char* precision : {"float32", "bfloat16"}) {
    INFO(precision);
    Fresh plain(precision);
    plain.small.request.search.motion = random_start();
    const auto expected = plain.run();
    for (const int64_t threads : {1, 3}) {
      Fresh other(precision, threads);
      other.small.request.search.motion = random_start();
      other.small.request.batch = 7;
      std::reverse(other.small.request.examples.begin(), other.small.request.examples.end());
      other.small.request.examples.pop_back();  // another number of rows in the last call
      const auto result = other.run();
      CHECK(result.known == expected.known - 1);
      plain.small.histories.erase(0);
      plain.small.answers.erase(0);
      check_same_histories(plain, other, 6);
    }
  }
  choose_compute("cpu", "float32", 1);
}

TEST_CASE("who halts leaves, and what it said until then is what it says without halting",
          "[unit]") {
  Fresh never, halting;
  const auto all = never.run();
  // At a threshold that about half of the rows pass sooner or later.
  auto values = std::vector<float>();
  for (const auto& [example, history] : never.small.histories)
    values.push_back(history.value.max().item<float>());
  std::nth_element(values.begin(), values.begin() + 20, values.end());
  auto& search = halting.small.request.search;
  search.halt = Halt::kQ;
  search.q_threshold = values[20];
  const auto halted = halting.run();
  CHECK(halted.mean_steps < all.mean_steps);
  int64_t early = 0;
  for (const auto& [example, history] : halting.small.histories) {
    INFO("example " << example);
    const auto steps = history.steps.item<int64_t>();
    early += steps < 6 ? 1 : 0;
    CHECK(SmallEvaluation::same(history, never.small.histories.at(example), steps));
  }
  CHECK(early > 5);
  CHECK(early < 35);
}

TEST_CASE("several depths come from one pass and are those of passes of their own", "[unit]") {
  Fresh several;
  several.small.request.search.depths = {1, 3, 6};
  const auto scores = several.run();
  REQUIRE(scores.by_depth().size() == 3);
  for (size_t k = 0; k < 3; ++k) {
    Fresh alone;
    alone.small.request.search.depths = {scores.by_depth()[k].depth};
    const auto expected = alone.run();
    const auto& score = scores.by_depth()[k].selections.at(0);
    CHECK(score.accuracy == expected.scores.accuracy);
    CHECK(scores
              .by_step[static_cast<size_t>(
                  score.selection == Selection::kLast ? scores.by_depth()[k].depth - 1 : 0)]
              .metric("lm_loss") == expected.scores.metric("lm_loss"));
  }
}

TEST_CASE("several breadths come from one pass and are those of passes of their own", "[unit]") {
  const auto with = [](const std::vector<int64_t>& breadths) {
    Fresh fresh;
    auto& search = fresh.small.request.search;
    search.breadths = breadths;
    search.depths = {2, 5};
    search.motion = random_start();
    search.selections = {Selection::kVote,     Selection::kLast,       Selection::kBestQ,
                         Selection::kResidual, Selection::kConfidence, Selection::kOracle};
    return fresh.run();
  };
  const auto all = with({1, 3, 5});
  REQUIRE(all.by_breadth.size() == 3);
  std::set<double> accuracies;
  for (const auto& at : all.by_breadth) {
    INFO(at.breadth << " trajectories");
    const auto alone = with({at.breadth});
    for (size_t k = 0; k < 2; ++k) {
      for (size_t s = 0; s < 6; ++s) {
        const auto &score = at.by_depth[k].selections[s],
                   &expected = alone.by_depth()[k].selections[s];
        CHECK(score.selection == expected.selection);
        CHECK(score.right == expected.right);
        CHECK(score.accuracy == expected.accuracy);
        accuracies.insert(score.accuracy);
      }
    }
  }
  CHECK(accuracies.size() > 10);  // that they differ at all
}

TEST_CASE("trajectories differ by start and noise, each a function of example, draw and step",
          "[unit]") {
  for (const bool noisy : {false, true}) {
    INFO(noisy);
    const auto with = [&](int64_t breadth) {
      auto fresh = std::make_unique<Fresh>();
      auto& search = fresh->small.request.search;
      search.breadths = {breadth};
      search.depths = {3};
      if (noisy) {
        search.step_noise = 0.5;
      } else {
        search.motion = random_start();
      }
      fresh->run();
      return fresh;
    };
    const auto one = with(1), five = with(5);
    for (const auto& [example, history] : five->small.histories) {
      const auto& alone = one->small.histories.at(example);
      CHECK(SmallEvaluation::same(record::slice(history, 0, 1), alone, 3));
      for (int64_t draw = 1; draw < 5; ++draw)
        CHECK_FALSE(SmallEvaluation::same(record::slice(history, draw, draw + 1), alone, 3));
    }
  }
}

TEST_CASE("a mix of 1 and no noise are the model's own bits", "[unit]") {
  Fresh plain, told, mixed;
  const auto expected = plain.run();
  told.small.request.search.motion = model::Motion{};
  told.run();
  check_same_histories(plain, told, 6);
  model::Motion half;
  half.mix = 0.5;
  mixed.small.request.search.motion = half;
  CHECK(mixed.run().scores.metric("lm_loss") != expected.scores.metric("lm_loss"));
}

TEST_CASE("resampled trajectories are copies, and go their own ways from there", "[unit]") {
  Fresh fresh;
  auto& search = fresh.small.request.search;
  search.breadths = {4};
  search.motion = random_start();
  search.resample_every = 2;
  search.temperature = 1e-3;  // all become the one with the highest halting value
  search.depths = {3};
  fresh.run();
  for (const auto& [example, history] : fresh.small.histories) {
    // Without noise copies stay alike.
    CHECK(history.value.select(1, 2).eq(history.value[0][2]).all().item<bool>());
    const auto best = history.value.select(1, 1).argmax().item<int64_t>();
    CHECK_FALSE(history.value.select(1, 1).eq(history.value[best][1]).all().item<bool>());
  }
  search.step_noise = 0.1;
  fresh.run();
  for (const auto& [example, history] : fresh.small.histories)
    CHECK_FALSE(history.value.select(1, 2).eq(history.value[0][2]).all().item<bool>());
}

}  // namespace

TEST_CASE("what does not go together in a search is refused by its key", "[unit]") {
  const auto fault = [](const auto& change) -> std::string {
    SearchConfig config;
    change(config);
    try {
      search_of(config, 16, {}, 0);
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  };
  CHECK(contains(fault([](auto& c) { c.breadth = {2}; }), "evaluate.breadth: 2 trajectories that"));
  CHECK(fault([](auto& c) {
          c.breadth = {2};
          c.start = "random";
        }).empty());
  CHECK(contains(fault([](auto& c) {
                   c.select = {"residual"};
                   c.depth = {1, 5};
                 }),
                 "evaluate.select: residual needs"));
  CHECK(contains(fault([](auto& c) { c.resample.every = 1; }), "evaluate.resample.every: needs"));
  CHECK(contains(fault([](auto& c) {
                   c.breadth = {2};
                   c.noise.sigma = 1;
                   c.halt = "q";
                   c.resample.every = 1;
                 }),
                 "halt cannot be drawn anew"));
  CHECK(contains(fault([](auto& c) {
                   c.breadth = {2, 4};
                   c.noise.sigma = 1;
                   c.resample.every = 1;
                 }),
                 "give one evaluate.breadth"));
  SearchConfig config;
  config.depth = {32, 16, 32};
  config.breadth = {8, 1, 8};
  config.noise = {.per = "pass", .target = "both", .sigma = 0.5};
  const auto search = search_of(config, 16, {}, 7);
  CHECK(search.depths == std::vector<int64_t>{16, 32});
  CHECK(search.breadths == std::vector<int64_t>{1, 8});
  CHECK(search.breadth() == 8);
  CHECK(search.motion->noise == 0.5);
  CHECK(search.motion->noise_on == "z");
  CHECK(search.step_noise == 0);
  CHECK(search.seed == 7);
}

}  // namespace trm::eval
