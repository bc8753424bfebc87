// A training on a GPU as a whole; the kernels have tests of their own (tests/kernels).

#include "tests/gpu.h"

#include <ATen/ops/equal.h>

#include <limits>

#include "tests/train/small_trainer.h"

namespace trm::train {
namespace {

void advance(Trainer& trainer, int64_t first, int64_t last) {
  const auto device = trainer.model().compute().device;
  for (int64_t step = first; step <= last; ++step) trainer.advance(batch_of(step).to(device));
}

// Everything that the next step depends on, bit for bit.
void check_same(const Trainer& a, const Trainer& b) {
  const auto left = a.save(), right = b.save();
  for (const auto part :
       {&Trainer::Saved::weights, &Trainer::Saved::ema, &Trainer::Saved::optimizer,
        &Trainer::Saved::carry, &Trainer::Saved::sums}) {
    REQUIRE((left.*part).tensors.size() == (right.*part).tensors.size());
    for (const auto& [name, value] : (left.*part).tensors) {
      INFO(name);
      CHECK(at::equal(value.cpu(), (right.*part).at(name).cpu()));
    }
  }
}

// f(model, precision, shards) for each of those that a GPU computes in another way.
template <class F>
void for_each_kind(const F& f) {
  const auto both = small_model_config(), mlp = small_mlp_config();
  for (const auto* model : {&both, &mlp}) {
    for (const char* precision : {"float32", "bfloat16"}) {
      for (const int64_t shards : {1, 3}) {
        INFO(model->layers.size() << " kinds of layers, " << precision << ", " << shards
                                  << " shards");
        f(*model, gpu_compute(precision), shards);
      }
    }
  }
}

Trainer::Saved copy_of(const Trainer::Saved& saved) {
  return {train::copy_of(saved.weights), train::copy_of(saved.ema), train::copy_of(saved.optimizer),
          train::copy_of(saved.carry), train::copy_of(saved.sums)};
}

TEST_CASE("fifty steps on a GPU have the same bits again", "[gpu]") {
  if (no_gpu()) return;
  for_each_kind([](const auto& model, const Compute& compute, int64_t shards) {
    auto first = trainer_on(compute, fast(), shards, false, model);
    advance(first, 1, kTotalSteps);
    auto second = trainer_on(compute, fast(), shards, false, model);
    advance(second, 1, kTotalSteps);
    check_same(first, second);
    CHECK(first.take_sums().skipped == 0);
  });
}

TEST_CASE("steps that are replayed have the bits of steps that are queued", "[gpu]") {
  if (no_gpu()) return;
  for_each_kind([](const auto& model, const Compute& compute, int64_t shards) {
    auto queued = trainer_on(compute, fast(), shards, false, model);
    auto replayed = trainer_on(compute, fast(), shards, /*replays=*/true, model);
    for (int64_t step = 1; step <= kTotalSteps; ++step) {
      StepStats seen, expected;
      const bool looks = step % 7 == 0;
      // A batch of its own memory each time, as a loader's is.
      queued.advance(batch_of(step).to(compute.device), looks ? &expected : nullptr);
      replayed.advance(batch_of(step).to(compute.device), looks ? &seen : nullptr);
      CHECK(seen.gradient_norm == expected.gradient_norm);
      CHECK(seen.update_norm == expected.update_norm);
      CHECK(seen.latent_norm == expected.latent_norm);
    }
    check_same(queued, replayed);
    // Averaged weights are put in and taken out between two replayed steps.
    { const Trainer::Averaged averaged(replayed); }
    replayed.load(kTotalSteps - 3, copy_of(replayed.save()));
    queued.load(kTotalSteps - 3, copy_of(queued.save()));
    advance(queued, kTotalSteps - 2, kTotalSteps);
    advance(replayed, kTotalSteps - 2, kTotalSteps);
    check_same(queued, replayed);
  });
}

TEST_CASE("a replayed step whose gradient is not finite changes nothing", "[gpu]") {
  if (no_gpu()) return;
  auto config = fast();
  config.clip = 1;
  auto trainer = trainer_on(gpu_compute("float32"), config, 1, /*replays=*/true);
  advance(trainer, 1, 3);
  const auto before = copy_of(trainer.save());
  trainer.model().named_weights().front().value.data().view(-1)[0].fill_(
      std::numeric_limits<float>::infinity());
  trainer.model().refresh_weights();
  const auto spoilt = weights_of(trainer);
  advance(trainer, 4, 4);
  CHECK(trainer.skipped_in_a_row() == 1);
  for (const auto& [name, value] : spoilt.tensors)
    CHECK(at::equal(value.cpu(), trainer.save().weights.at(name).cpu()));
  for (const auto& [name, value] : before.carry.tensors)
    CHECK(at::equal(value.cpu(), trainer.save().carry.at(name).cpu()));
}

TEST_CASE("a training on a GPU that was continued has the bits of one that was not", "[gpu]") {
  if (no_gpu()) return;
  for_each_kind([](const auto& model, const Compute& compute, int64_t shards) {
    auto whole = trainer_on(compute, fast(), shards, false, model);
    advance(whole, 1, kTotalSteps);
    auto half = trainer_on(compute, fast(), shards, false, model);
    advance(half, 1, kTotalSteps / 2);
    const auto saved = copy_of(half.save());
    auto rest = trainer_on(compute, fast(), shards, false, model);
    rest.load(kTotalSteps / 2, saved);
    advance(rest, kTotalSteps / 2 + 1, kTotalSteps);
    check_same(whole, rest);
  });
}

TEST_CASE("a step on a GPU has the CPU's gradient", "[gpu]") {
  if (no_gpu()) return;
  for (const auto& model : {small_model_config(), small_mlp_config()}) {
    auto here = trainer_on(Compute{}, fast(), 3, false, model);
    auto there = trainer_on(gpu_compute("float32"), fast(), 3, false, model);
    advance(here, 1, 1);
    advance(there, 1, 1);
    const auto expected = here.gradients(), found = there.gradients();
    REQUIRE(expected.size() == found.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      INFO(expected[i].name);
      const auto difference = found[i].value.cpu().sub(expected[i].value);
      // Of other orders of float32 sums, through the six applications of two blocks.
      CHECK(difference.norm().item<double>() <= 1e-4 * expected[i].value.norm().item<double>());
    }
    CHECK(there.take_sums().sums.lm_loss == Approx(here.take_sums().sums.lm_loss).epsilon(1e-5));
  }
}

}  // namespace
}  // namespace trm::train
