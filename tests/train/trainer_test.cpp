#include "train/trainer.h"

#include <limits>

#include "tests/catch.h"
#include "tests/train/small_trainer.h"

namespace trm::train {
namespace {

using torch::Tensor;

void check_same(const Archive& a, const Archive& b) {
  REQUIRE(a.tensors.size() == b.tensors.size());
  for (const auto& [name, value] : a.tensors) {
    INFO(name);
    CHECK(at::equal(value, b.at(name)));
  }
}

double largest(const Tensor& x) { return x.abs().max().item<double>(); }

TEST_CASE("shards do not change the update, nor who halts and goes on with what", "[unit]") {
  auto whole = trainer_with(fast());
  for (int64_t step = 1; step <= 3; ++step) {
    const auto start = whole.save();
    const Trainer::Saved before{copy_of(start.weights), copy_of(start.ema),
                                copy_of(start.optimizer), copy_of(start.carry),
                                copy_of(start.sums)};
    whole.advance(batch_of(step));
    const auto after = whole.save();
    for (const int64_t shards : {2, 4, 6}) {
      INFO("step " << step << ", " << shards << " shards");
      auto parts = trainer_with(fast(), shards);
      parts.load(step - 1, before);
      parts.advance(batch_of(step));
      const auto other = parts.save();
      for (const auto& [name, value] : after.carry.tensors) {
        INFO(name);
        if (name.starts_with("z_")) {
          // A product of fewer rows may sum in another order: as near as the golden carry is held.
          CHECK(largest(other.carry.at(name) - value) <= 1e-4 * largest(value));
        } else {
          CHECK(at::equal(other.carry.at(name), value));
        }
      }
      for (const auto& [name, value] : after.optimizer.tensors) {
        INFO(name);
        CHECK(largest(other.optimizer.at(name) - value) <= 1e-4 * largest(value) + 1e-12);
      }
      CHECK(at::equal(other.weights.at("puzzle_emb.weights"),
                      after.weights.at("puzzle_emb.weights")));
      CHECK(at::allclose(other.sums.at("sums"), after.sums.at("sums"), 1e-5, 1e-5));
    }
  }
}

TEST_CASE("rows halt at different times, and the unfinished keep their puzzle", "[unit]") {
  auto trainer = trainer_with(fast());
  bool some_went_on = false, some_halted = false;
  for (int64_t step = 1; step <= 6; ++step) {
    Archive before;
    if (step > 1) before = copy_of(trainer.save().carry);
    trainer.advance(batch_of(step));
    if (step == 1) continue;
    const auto after = trainer.save().carry;
    const auto halted = before.at("halted");
    const auto fresh = batch_of(step);
    for (int64_t row = 0; row < kRows; ++row) {
      const bool took = halted[row].item<bool>();
      (took ? some_halted : some_went_on) = true;
      const auto& expected = took ? fresh.inputs : before.at("current_data.inputs");
      CHECK(at::equal(after.at("current_data.inputs")[row], expected[row]));
      const int steps = took ? 1 : before.at("steps")[row].item<int>() + 1;
      CHECK(after.at("steps")[row].item<int>() == steps);
    }
  }
  CHECK(some_went_on);
  CHECK(some_halted);
}

TEST_CASE("a run resumes bit-exactly from what is saved", "[unit]") {
  auto straight = trainer_with(fast());
  for (int64_t step = 1; step <= 3; ++step) straight.advance(batch_of(step));
  const auto saved = straight.save();
  const Trainer::Saved stored{copy_of(saved.weights), copy_of(saved.ema), copy_of(saved.optimizer),
                              copy_of(saved.carry), copy_of(saved.sums)};
  auto resumed = trainer_with(fast());
  resumed.load(3, stored);
  CHECK(resumed.step() == 3);
  for (int64_t step = 4; step <= 6; ++step) {
    straight.advance(batch_of(step));
    resumed.advance(batch_of(step));
  }
  const auto a = straight.save(), b = resumed.save();
  check_same(a.weights, b.weights);
  check_same(a.ema, b.ema);
  check_same(a.optimizer, b.optimizer);
  check_same(a.carry, b.carry);
  check_same(a.sums, b.sums);
}

// Gradients that the test chooses, the same number in every element of every weight.
class ChosenGradient : public Objective {
 public:
  explicit ChosenGradient(float number) : value(number) {}

  Tensor accumulate(model::Model& model, const Batch& batch, const model::StepContext& /*context*/,
                    StepTimes* /*times*/) override {
    const auto rows = model.puzzle_embedding()->forward(batch.puzzle_ids, true, at::kFloat);
    if (forgets) model.zero_grad(/*set_to_none=*/true);
    (rows * value).sum().backward();
    if (forgets) return torch::ones({loss::kSums}, at::kDouble);
    for (const auto& parameter : model.parameters()) parameter.grad().fill_(value);
    return torch::ones({loss::kSums}, at::kDouble);
  }
  void settle(const Tensor& /*apply*/) override {}
  Tensor restart_rows(const Tensor& /*all*/, int64_t rows) override {
    return torch::tensor({int64_t{0}, rows});
  }
  std::shared_ptr<eval::Solver> solver(model::Model& /*model*/, const eval::Search& /*search*/,
                                       bool /*compatible*/) const override {
    return nullptr;
  }
  std::vector<std::string> metrics() const override { return {}; }
  const model::Carry& carry() const override { return carry_; }
  void save(Archive& /*archive*/) const override {}
  void load(const model::Model& /*model*/, const Archive& /*archive*/) override {}

  float value;
  bool forgets = false;  // the gradients that the weights have

 private:
  model::Carry carry_;
};

TEST_CASE("an objective that takes the weights' gradients away is an error", "[unit]") {
  const auto chosen = std::make_shared<ChosenGradient>(1.0F);
  Trainer trainer(fast(), small_model(), {chosen}, {.batch_rows = kRows}, kTotalSteps);
  trainer.advance(batch_of(1));
  chosen->forgets = true;
  CHECK_THROWS_AS(trainer.advance(batch_of(2)), std::logic_error);
}

TEST_CASE("a gradient that is not finite changes nothing and is counted", "[unit]") {
  const auto chosen = std::make_shared<ChosenGradient>(1.0F);
  for (const std::optional<double> clip : {std::optional<double>(), std::optional(1.0)}) {
    auto config = fast();
    config.clip = clip;
    Trainer trainer(config, small_model(), {chosen}, {.batch_rows = kRows}, kTotalSteps);
    chosen->value = 1;
    trainer.advance(batch_of(1));
    const auto saved = trainer.save();
    const auto weights = copy_of(saved.weights), ema = copy_of(saved.ema);
    const auto moments = copy_of(saved.optimizer);
    for (const float bad :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      chosen->value = bad;
      trainer.advance(batch_of(2));
      check_same(weights, trainer.save().weights);
      check_same(ema, trainer.save().ema);
      check_same(moments, trainer.save().optimizer);
    }
    const auto sums = trainer.take_sums();
    CHECK(sums.steps == 3);
    CHECK(sums.skipped == 2);
    chosen->value = 1;
    trainer.advance(batch_of(3));
    CHECK_FALSE(
        at::equal(weights.at("lm_head.weight"), trainer.save().weights.at("lm_head.weight")));
    CHECK(trainer.take_sums().skipped == 0);
  }
}

TEST_CASE("sums are those since they were last taken", "[unit]") {
  Trainer trainer(fast(), small_model(), {std::make_shared<ChosenGradient>(1.0F)},
                  {.batch_rows = kRows}, kTotalSteps);
  trainer.advance(batch_of(1));
  trainer.advance(batch_of(2));
  const auto taken = trainer.take_sums();
  CHECK(taken.steps == 2);
  loss::Sums::each(taken.sums, [](const std::string& name, double sum) {
    INFO(name);
    CHECK(sum == 2);
  });
  CHECK(trainer.take_sums().steps == 0);
}

TEST_CASE("clipping bounds the gradient's length and leaves short ones", "[unit]") {
  const auto mean_after_a_step = [](std::optional<double> clip, float value) {
    auto config = fast();
    config.clip = clip;
    Trainer trainer(config, small_model(), {std::make_shared<ChosenGradient>(value)},
                    {.batch_rows = kRows}, kTotalSteps);
    trainer.advance(batch_of(1));
    const auto count = static_cast<double>(trainer.model().parameter_count());
    // The first moment is a tenth of the gradient.
    return std::pair{trainer.save().optimizer.at("m.lm_head.weight")[0][0].item<double>() * 10,
                     count};
  };
  const auto [clipped, count] = mean_after_a_step(2.0, 3.0F);
  CHECK(clipped == Approx(2.0 / std::sqrt(count)).epsilon(1e-4));
  const auto short_one = static_cast<float>(1.0 / std::sqrt(count));
  CHECK(mean_after_a_step(2.0, short_one).first == Approx(short_one).epsilon(1e-4));
  CHECK(mean_after_a_step({}, 3.0F).first == Approx(3.0).epsilon(1e-4));
}

TEST_CASE("averaged weights follow the weights, stand in while asked, and leave", "[unit]") {
  auto config = fast();
  config.ema = 0.75;
  Trainer trainer(config, small_model(), {std::make_shared<ChosenGradient>(1.0F)},
                  {.batch_rows = kRows}, kTotalSteps);
  const auto start = weights_of(trainer);
  trainer.advance(batch_of(1));
  const auto first = weights_of(trainer);
  trainer.advance(batch_of(2));
  const auto second = weights_of(trainer);
  const auto* name = "lm_head.weight";
  const auto expected =
      0.25 * second.at(name) + 0.75 * (0.25 * first.at(name) + 0.75 * start.at(name));
  {
    const Trainer::Averaged averaged(trainer);
    const auto seen = weights_of(trainer);
    CHECK(at::allclose(seen.at(name), expected, 0, 1e-6));
    // Buffers are never averaged (spec 5.5).
    CHECK(at::equal(seen.at("puzzle_emb.weights"), second.at("puzzle_emb.weights")));
  }
  check_same(weights_of(trainer), second);
}

TEST_CASE("without averaging the weights stand for themselves", "[unit]") {
  auto config = fast();
  config.ema.reset();
  Trainer trainer(config, small_model(), {std::make_shared<ChosenGradient>(1.0F)},
                  {.batch_rows = kRows}, kTotalSteps);
  trainer.advance(batch_of(1));
  const auto raw = weights_of(trainer);
  const Trainer::Averaged averaged(trainer);
  check_same(weights_of(trainer), raw);
  CHECK(trainer.save().ema.tensors.empty());
}

TEST_CASE("puzzles that repeat in a batch step once, the others stay", "[unit]") {
  auto config = fast();
  config.puzzle_lr = 0.5;
  config.puzzle_weight_decay = 0.1;
  Trainer trainer(config, small_model(), {std::make_shared<ChosenGradient>(2.0F)},
                  {.batch_rows = kRows}, kTotalSteps);
  auto batch = batch_of(1);
  batch.puzzle_ids = torch::tensor({2, 0, 2, 2, 0, 2}, at::kInt);
  trainer.advance(batch);
  const auto table = trainer.save().weights.at("puzzle_emb.weights");
  const double rate = 0.5 * config.schedule.at(1, kTotalSteps);
  CHECK(at::allclose(table[0], torch::full({32}, -rate), 1e-6));
  CHECK(at::allclose(table[2], torch::full({32}, -rate), 1e-6));
  CHECK(table[1].eq(0).all().item<bool>());
}

TEST_CASE("frozen weights have no gradient, the puzzle embedding has", "[unit]") {
  auto config = fast();
  config.freeze_weights = true;
  auto trainer = trainer_with(config, 2);
  const auto table = trainer.model().puzzle_embedding()->table().clone();
  trainer.advance(batch_of(1));
  for (const auto& [name, gradient] : trainer.gradients()) {
    INFO(name);
    CHECK_FALSE(gradient.any().item<bool>());
  }
  CHECK_FALSE(at::equal(trainer.model().puzzle_embedding()->table(), table));
}

TEST_CASE("norms are measured where asked", "[unit]") {
  auto trainer = trainer_with(fast());
  StepStats stats;
  const auto before = weights_of(trainer);
  trainer.advance(batch_of(1), &stats);
  const auto after = weights_of(trainer);
  double squares = 0;
  for (const auto& [name, value] : after.tensors) {
    if (name == "puzzle_emb.weights") continue;
    const auto moved = (value - before.at(name)).to(at::kDouble);
    squares += moved.square().sum().item<double>();
  }
  CHECK(stats.update_norm == Approx(std::sqrt(squares)).epsilon(1e-4));
  CHECK(stats.gradient_norm > 0);
  // Every token of z_H has unit mean square after the last norm: sqrt(T * D) a row.
  CHECK(stats.latent_norm == Approx(std::sqrt(11.0 * 32)).epsilon(1e-3));
}

}  // namespace
}  // namespace trm::train
