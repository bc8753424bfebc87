#include "model/halting.h"

#include "core/random.h"
#include "kernels/noise.h"
#include "tests/at_step.h"
#include "tests/catch.h"

namespace trm::model {
namespace {

using torch::Tensor;

Output with_q(const Tensor& q_halt) {
  return {torch::zeros({q_halt.size(0), 2, 3}), q_halt, q_halt};
}

// A carry of rows that have made `steps` supervision steps and not halted.
Carry under_way(const Tensor& steps) {
  const auto rows = steps.size(0);
  const Batch puzzles{torch::zeros({rows, 2}, at::kInt), torch::zeros({rows, 2}, at::kInt),
                      torch::zeros({rows}, at::kInt), rows};
  auto carry = Halting::fresh(LatentState({{"z", torch::zeros({1, 2, 3})}}), puzzles);
  carry.steps = steps.to(at::kInt);
  carry.halted = torch::zeros({rows}, at::kBool);
  return carry;
}

Tensor no_exploration(int64_t rows) { return torch::ones({rows, 2}) * 0.999F; }

std::vector<bool> list(const Tensor& x) {
  std::vector<bool> values;
  for (int64_t i = 0; i < x.size(0); ++i) values.push_back(x[i].item<bool>());
  return values;
}

TEST_CASE("the last step halts, whatever the halting value says", "[unit]") {
  auto carry = under_way(torch::tensor({0, 1, 2, 3}));
  Halting({.max_steps = 4, .exploration = 0})
      .finish(carry, with_q(torch::full({4}, -9.0)), no_exploration(4));
  CHECK(list(carry.halted) == std::vector<bool>{false, false, false, true});
  CHECK(at::equal(carry.steps, torch::tensor({1, 2, 3, 4}, at::kInt)));
}

TEST_CASE("in training a row halts where its value is above zero, and not at zero", "[unit]") {
  auto carry = under_way(torch::zeros({3}));
  Halting({.max_steps = 4, .exploration = 0})
      .finish(carry, with_q(torch::tensor({-0.1F, 0.0F, 0.1F})), no_exploration(3));
  CHECK(list(carry.halted) == std::vector<bool>{false, false, true});
}

TEST_CASE("with a continue head a row halts where halting is worth more than going on", "[unit]") {
  for (const auto* head : {"trained", "untrained"}) {
    const Halting halting({.max_steps = 4, .exploration = 0, .continue_head = head});
    CHECK(halting.trains_continue() == (std::string(head) == "trained"));
    auto carry = under_way(torch::zeros({3}));
    auto output = with_q(torch::tensor({-2.0F, -2.0F, 3.0F}));
    output.q_continue = torch::tensor({-3.0F, -2.0F, 4.0F});
    halting.finish(carry, output, no_exploration(3));
    CHECK(list(carry.halted) == std::vector<bool>{true, false, false});
  }
}

// Spec 3: the better of both after one more step; halting alone where the step done was the last.
TEST_CASE("the target of the continue head is what one more step says", "[unit]") {
  const Halting halting({.max_steps = 4, .exploration = 0, .continue_head = "trained"});
  const auto carry = under_way(torch::tensor({1, 3, 4}));
  auto next = with_q(torch::tensor({1.0F, 1.0F, 1.0F}));
  next.q_continue = torch::tensor({2.0F, -2.0F, 2.0F});
  const auto target = halting.continue_target(carry, next);
  CHECK(at::allclose(target, torch::tensor({2.0F, 1.0F, 1.0F}).sigmoid()));
  CHECK_FALSE(Halting({.max_steps = 1, .continue_head = "trained"}).trains_continue());
}

TEST_CASE("evaluation halts at the last step alone", "[unit]") {
  const Halting halting({.max_steps = 3, .exploration = 0.5});
  auto carry = under_way(torch::zeros({2}));
  for (int step = 1; step <= 3; ++step) {
    halting.finish(carry, with_q(torch::tensor({9.0F, -9.0F})), {});
    CHECK(list(carry.halted) == std::vector<bool>(2, step == 3));
  }
}

TEST_CASE("with one step a puzzle every row halts at once, exploring or not", "[unit]") {
  auto carry = under_way(torch::zeros({2}));
  Halting({.max_steps = 1, .exploration = 1})
      .finish(carry, with_q(torch::tensor({9.0F, -9.0F})), torch::zeros({2, 2}));
  CHECK(list(carry.halted) == std::vector<bool>{true, true});
}

// Of rows that want to halt, the exploring ones wait for a least number of steps, uniform in 2 ..
// max: after step s the share that goes on is exploration * (max - s) / (max - 1).
TEST_CASE("exploration holds back the right share of rows for the right steps", "[unit]") {
  constexpr int64_t kRows = 20000, kMost = 5;
  constexpr double kShare = 0.3;
  const Halting halting({.max_steps = kMost, .exploration = kShare});
  const auto key = stream_key(7, "exploration");
  for (int64_t step = 1; step <= kMost; ++step) {
    auto carry = under_way(torch::full({kRows}, step - 1));
    const auto draws = kernels::uniform(key, at_step(step), torch::arange(kRows), 2);
    halting.finish(carry, with_q(torch::ones({kRows})), draws);
    const double going_on = 1 - carry.halted.to(at::kDouble).mean().item<double>();
    const double expected = kShare * static_cast<double>(kMost - step) / (kMost - 1);
    INFO("after step " << step);
    CHECK(std::abs(going_on - expected) <= 4 * std::sqrt(expected * (1 - expected) / kRows));
  }
}

TEST_CASE("a row that explores still goes on while its value is below zero", "[unit]") {
  auto carry = under_way(torch::full({4}, 2));
  Halting({.max_steps = 9, .exploration = 1})
      .finish(carry, with_q(torch::full({4}, -1.0)), torch::zeros({4, 2}));
  CHECK_FALSE(carry.halted.any().item<bool>());
}

TEST_CASE("the least number of steps is 2 at the smallest draw and max_steps at the largest",
          "[unit]") {
  const Halting halting({.max_steps = 4, .exploration = 1});
  const auto draws = torch::tensor({{0.0F, 0.0F}, {0.0F, 0.99999F}});
  auto carry = under_way(torch::zeros({2}));
  std::vector<std::vector<bool>> halted;
  for (int step = 1; step <= 4; ++step) {
    halting.finish(carry, with_q(torch::ones({2})), draws);
    halted.push_back(list(carry.halted));
  }
  CHECK(halted ==
        std::vector<std::vector<bool>>{{false, false}, {true, false}, {true, false}, {true, true}});
}

TEST_CASE("a halted row takes the new puzzle, the others keep theirs", "[unit]") {
  auto carry = under_way(torch::tensor({2, 3, 1}));
  carry.halted = torch::tensor({true, false, true}).to(at::kBool);
  // What a halted row has left, even no number at all, must not leak.
  carry.state[0] = torch::full({3, 2, 3}, 7.0);
  carry.state[0][0].fill_(std::numeric_limits<float>::quiet_NaN());
  carry.data.inputs.fill_(5);
  const Batch next{torch::full({3, 2}, 8, at::kInt), torch::full({3, 2}, 9, at::kInt),
                   torch::full({3}, 4, at::kInt), 3};
  const LatentState initial({{"z", torch::full({1, 2, 3}, 0.5)}});
  Halting::begin(carry, next, initial);
  CHECK(at::equal(carry.state[0].select(1, 0).select(1, 0), torch::tensor({0.5F, 7.0F, 0.5F})));
  CHECK(at::equal(carry.steps, torch::tensor({0, 3, 0}, at::kInt)));
  CHECK(at::equal(carry.data.inputs.select(1, 0), torch::tensor({8, 5, 8}, at::kInt)));
  CHECK(at::equal(carry.data.labels.select(1, 1), torch::tensor({9, 0, 9}, at::kInt)));
  CHECK(at::equal(carry.data.puzzle_ids, torch::tensor({4, 0, 4}, at::kInt)));
}

TEST_CASE("a fresh carry takes every row of its first batch", "[unit]") {
  const Batch batch{torch::ones({2, 3}, at::kInt), torch::ones({2, 3}, at::kInt),
                    torch::ones({2}, at::kInt), 2};
  const LatentState initial({{"z", torch::ones({1, 3, 2})}});
  auto carry = Halting::fresh(initial, batch);
  CHECK(carry.halted.all().item<bool>());
  CHECK(carry.rows() == 2);
  Halting::begin(carry, batch, initial);
  CHECK(at::equal(carry.data.inputs, batch.inputs));
}

TEST_CASE("a carry survives its archive", "[unit]") {
  auto carry = under_way(torch::tensor({2, 3, 1}));
  carry.state[0] = torch::rand({3, 2, 3});
  carry.halted = torch::tensor({true, false, true}).to(at::kBool);
  carry.data.labels.fill_(6);
  Archive archive;
  record::save(carry, archive);
  auto other = under_way(torch::zeros({3}));
  record::load(other, archive);
  CHECK(at::equal(other.state[0], carry.state[0]));
  CHECK(at::equal(other.steps, carry.steps));
  CHECK(at::equal(other.halted, carry.halted));
  CHECK(at::equal(other.data.labels, carry.data.labels));
  auto small = under_way(torch::zeros({2}));
  archive.where = "carry.safetensors";
  CHECK(contains(error_of([&] { record::load(small, archive); }), "carry.safetensors: z is"));
}

}  // namespace
}  // namespace trm::model
