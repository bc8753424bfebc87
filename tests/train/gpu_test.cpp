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

// A training of a kind that a GPU computes in another way than the others.
struct Kind {
  const char* name;
  model::ModelConfig model;
  OptimConfig optim;
  int64_t shards;
  Compute compute;

  Trainer trainer(bool replays = false) const {
    return trainer_on(compute, optim, shards, replays, model);
  }
};

template <class F>
void for_each_kind(const F& f) {
  auto other = fast(), frozen = fast();
  other.weights = optim::AdamW::Config{.lr = 1e-3};
  other.clip = 0.5;
  frozen.freeze_weights = true;
  for (const char* precision : {"float32", "bfloat16"}) {
    const auto compute = gpu_compute(precision);
    for (const auto& kind : {Kind{"attention", small_model_config(), fast(), 1, compute},
                             Kind{"attention in shards", small_model_config(), fast(), 3, compute},
                             Kind{"token-major", small_mlp_config(), fast(), 1, compute},
                             Kind{"token-major in shards", small_mlp_config(), fast(), 3, compute},
                             Kind{"noise, a continue head, AdamW and clipping",
                                  small_restless_config(), other, 2, compute},
                             Kind{"frozen", small_model_config(), frozen, 1, compute}}) {
      INFO(kind.name << ", " << precision);
      f(kind);
    }
  }
}

Trainer::Saved copy_of(const Trainer::Saved& saved) {
  return {train::copy_of(saved.weights), train::copy_of(saved.ema), train::copy_of(saved.optimizer),
          train::copy_of(saved.carry), train::copy_of(saved.sums)};
}

TEST_CASE("fifty steps on a GPU have the same bits again", "[gpu]") {
  if (no_gpu()) return;
  for_each_kind([](const Kind& kind) {
    auto first = kind.trainer();
    advance(first, 1, kTotalSteps);
    auto second = kind.trainer();
    advance(second, 1, kTotalSteps);
    check_same(first, second);
    CHECK(first.take_sums().skipped == 0);
  });
}

TEST_CASE("steps that are replayed have the bits of steps that are queued", "[gpu]") {
  if (no_gpu()) return;
  for_each_kind([](const Kind& kind) {
    auto queued = kind.trainer();
    auto replayed = kind.trainer(/*replays=*/true);
    for (int64_t step = 1; step <= kTotalSteps; ++step) {
      StepStats seen, expected;
      const bool looks = step % 7 == 0;
      // A batch of its own memory each time, as a loader's is.
      queued.advance(batch_of(step).to(kind.compute.device), looks ? &expected : nullptr);
      replayed.advance(batch_of(step).to(kind.compute.device), looks ? &seen : nullptr);
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
  for_each_kind([](const Kind& kind) {
    auto whole = kind.trainer();
    advance(whole, 1, kTotalSteps);
    auto half = kind.trainer();
    advance(half, 1, kTotalSteps / 2);
    const auto saved = copy_of(half.save());
    auto rest = kind.trainer();
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
