// What every entry of a catalogue must do, whatever else it does.

#include <ATen/ops/randn.h>

#include "kernels/layout.h"
#include "loss/losses.h"
#include "model/model.h"
#include "nn/rotary.h"
#include "tests/catch.h"
#include "tests/stored.h"

namespace trm {
namespace {

constexpr nn::MixerShape kShape{.tokens = 12, .width = 64};

bool same_bits(const torch::Tensor& a, const torch::Tensor& b) { return at::equal(a, b); }

Archive parameters_of(const torch::nn::Module& module) {
  Archive archive;
  for (const auto& item : module.named_parameters()) archive.add(item.key(), item.value());
  return archive;
}

void check_gradients(const torch::nn::Module& module) {
  REQUIRE_FALSE(module.parameters().empty());
  for (const auto& item : module.named_parameters()) {
    INFO("gradient of " << item.key());
    const auto& gradient = item.value().grad();
    REQUIRE(gradient.defined());
    CHECK(gradient.isfinite().all().item<bool>());
    CHECK(gradient.ne(0).any().item<bool>());
  }
}

// f(mixer, context, x) for a mixer of every kind and some trajectories.
template <class F>
void for_each_mixer(const F& f) {
  nn::AnyMixer::each([&](const auto& config) {
    INFO("mixer " << config.kind);
    nn::Initializer init(1);
    const auto mixer = nn::AnyMixer(config).template create<nn::Mixer>(kShape, init);
    const auto context = nn::rotary_tables(kShape.tokens, mixer->head_size());
    f(*mixer, context, random_tensor({3, kShape.tokens, kShape.width}, 2));
  });
}

TEST_CASE("every mixer keeps its shape and has finite gradients", "[conformance]") {
  for_each_mixer([](auto& mixer, const auto& context, const torch::Tensor& input) {
    const auto x = input.detach().requires_grad_();
    const auto y = mixer.forward(x, context);
    CHECK(y.sizes() == x.sizes());
    CHECK(y.scalar_type() == x.scalar_type());
    y.backward(random_tensor(y.sizes(), 3));
    CHECK(x.grad().isfinite().all().template item<bool>());
    CHECK(x.grad().ne(0).any().template item<bool>());
    check_gradients(mixer);
  });
}

TEST_CASE("every mixer treats each trajectory alone", "[conformance]") {
  for_each_mixer([](auto& mixer, const auto& context, const torch::Tensor& x) {
    const auto whole = mixer.forward(x, context);
    const auto alone = mixer.forward(x.slice(0, 1, 2).contiguous(), context);
    CHECK(at::allclose(whole.slice(0, 1, 2), alone, 1e-5, 1e-5));
  });
}

TEST_CASE("every mixer's sublayer is its forward pass with residual and norm", "[conformance]") {
  for_each_mixer([](auto& mixer, const auto& context, const torch::Tensor& x) {
    const auto expected = kernels::add_rms_norm_reference(x, mixer.forward(x, context),
                                                          mixer.axis(), nn::kNormEpsilon);
    CHECK(at::allclose(mixer.sublayer(x, context), expected, 1e-5, 1e-5));
  });
}

TEST_CASE("every mixer takes trajectories in either order of memory", "[conformance]") {
  for_each_mixer([](auto& mixer, const auto& context, const torch::Tensor& x) {
    const auto moved = kernels::to_token_major(x);
    CHECK(at::allclose(mixer.forward(x, context), mixer.forward(moved, context), 1e-5, 1e-5));
    CHECK(at::allclose(mixer.sublayer(x, context), mixer.sublayer(moved, context), 1e-5, 1e-5));
  });
}

TEST_CASE("every mixer is deterministic and survives a file", "[conformance]") {
  nn::AnyMixer::each([](const auto& config) {
    INFO("mixer " << config.kind);
    const auto build = [&](uint64_t seed) {
      nn::Initializer init(seed);
      return nn::AnyMixer(config).template create<nn::Mixer>(kShape, init);
    };
    const auto mixer = build(1), twin = build(1), other = build(2);
    const auto context = nn::rotary_tables(kShape.tokens, mixer->head_size());
    const auto x = random_tensor({3, kShape.tokens, kShape.width}, 2);
    const auto y = mixer->forward(x, context);
    CHECK(same_bits(y, mixer->forward(x, context)));
    CHECK(same_bits(y, twin->forward(x, context)));
    CHECK_FALSE(same_bits(y, other->forward(x, context)));
    const auto archive = stored(parameters_of(*mixer));
    for (const auto& item : other->named_parameters()) {
      copy_checked(archive.at(item.key()), item.value(), "x", item.key());
    }
    CHECK(same_bits(y, other->forward(x, context)));
  });
}

const GridSpec kSpec{.cells = 9, .vocabulary = 7, .puzzles = 3};

Batch some_batch(int64_t rows) {
  const auto count = [](int64_t n) { return torch::arange(n, at::kInt); };
  return {count(rows * kSpec.cells).remainder(kSpec.vocabulary).view({rows, kSpec.cells}),
          count(rows * kSpec.cells).add(2).remainder(kSpec.vocabulary).view({rows, kSpec.cells}),
          count(rows).remainder(kSpec.puzzles), rows};
}

std::shared_ptr<model::Model> model_with(const model::AnyCore& core, uint64_t seed) {
  model::ModelConfig config;
  config.width = 32;
  config.layers = {nn::LayerConfig{nn::Attention::Config{.heads = 4}, 4, 2}};
  config.input = model::GridInput::Config{.prefix = 2};
  config.core = core;
  return std::make_shared<model::Model>(config, kSpec, Compute{}, seed);
}

torch::Tensor sum_of(const model::Output& output) {
  return output.logits.square().sum() + output.q_halt.sum() + 2 * output.q_continue.sum();
}

TEST_CASE("every core keeps its state's shapes and has finite gradients", "[conformance]") {
  model::AnyCore::each([](const auto& config) {
    INFO("core " << config.kind);
    const auto model = model_with(config, 1);
    auto state = model->initial().repeat(3);
    const auto before = state;
    const auto output = model->forward(state, some_batch(3), {model::Phase::kTraining});
    REQUIRE(state.size() == before.size());
    for (size_t i = 0; i < state.size(); ++i) {
      CHECK(state.tensors()[i].name == before.tensors()[i].name);
      CHECK(state[i].sizes() == before[i].sizes());
    }
    CHECK(output.logits.sizes() == at::IntArrayRef({3, kSpec.cells, kSpec.vocabulary}));
    CHECK(output.q_halt.sizes() == at::IntArrayRef({3}));
    CHECK_FALSE(model->work(3).empty());
    sum_of(output).backward();
    check_gradients(*model);
    const auto touched = model->puzzle_embedding()->take_touched();
    REQUIRE(touched.gradients.defined());
    CHECK(touched.gradients.isfinite().all().template item<bool>());
  });
}

TEST_CASE("every core goes on from its state, with or without gradients", "[conformance]") {
  model::AnyCore::each([](const auto& config) {
    INFO("core " << config.kind);
    const auto model = model_with(config, 1);
    auto state = model->initial().repeat(3), quiet = model->initial().repeat(3);
    const auto first = model->forward(state, some_batch(3), {model::Phase::kTraining});
    state.detach();
    const auto second = model->forward(state, some_batch(3), {model::Phase::kTraining});
    CHECK_FALSE(same_bits(first.logits, second.logits));
    torch::NoGradGuard no_grad;
    CHECK(same_bits(model->forward(quiet, some_batch(3), {}).logits, first.logits));
    CHECK(same_bits(model->forward(quiet, some_batch(3), {}).logits, second.logits));
  });
}

TEST_CASE("every core is deterministic and survives a file", "[conformance]") {
  model::AnyCore::each([](const auto& config) {
    INFO("core " << config.kind);
    const auto run = [](const std::shared_ptr<model::Model>& model) {
      torch::NoGradGuard no_grad;
      auto state = model->initial().repeat(2);
      return model->forward(state, some_batch(2), {}).logits;
    };
    const auto model = model_with(config, 1), other = model_with(config, 2);
    CHECK(same_bits(run(model), run(model_with(config, 1))));
    CHECK_FALSE(same_bits(run(model), run(other)));
    Archive archive;
    for (const auto& [name, value] : model->named_weights()) archive.add(name, value);
    model::load_weights(*other, stored(archive));
    CHECK(same_bits(run(model), run(other)));
  });
}

TEST_CASE("every token loss is finite, ignores cells without a label, and goes downhill",
          "[conformance]") {
  loss::AnyTokenLoss::each([](const auto& config) {
    INFO("loss " << config.kind);
    const auto loss = loss::AnyTokenLoss(config).template create<loss::TokenLoss>();
    // Ordinary logits, ties, and values as large as a run that has gone wrong may have.
    const auto scale = torch::tensor({0.0F, 1.0F, -1.0F, 30.0F, 300.0F}).view({5, 1, 1});
    const auto logits = (random_tensor({5, 4, 7}, 4) * scale).requires_grad_();
    const auto labels = torch::arange(20, at::kInt).remainder(7).view({5, 4}).clone();
    labels.select(1, 2).fill_(kIgnoredLabel);
    const auto cells = loss->forward(logits, labels);
    CHECK(cells.sizes() == labels.sizes());
    CHECK(cells.isfinite().all().template item<bool>());
    CHECK(cells.ge(0).all().template item<bool>());
    CHECK(cells.select(1, 2).eq(0).all().template item<bool>());
    cells.sum().backward();
    const auto gradient = logits.grad();
    CHECK(gradient.isfinite().all().template item<bool>());
    CHECK(gradient.select(1, 2).eq(0).all().template item<bool>());
    CHECK(gradient.select(1, 0).ne(0).any().template item<bool>());
    torch::NoGradGuard no_grad;
    const auto lower = loss->forward(logits - 1e-2 * gradient, labels);
    CHECK(lower.sum().template item<double>() < cells.sum().template item<double>());
  });
}

TEST_CASE("every token loss has the gradient of its values", "[conformance]") {
  loss::AnyTokenLoss::each([](const auto& config) {
    INFO("loss " << config.kind);
    const auto loss = loss::AnyTokenLoss(config).template create<loss::TokenLoss>();
    const auto logits = random_tensor({1, 2, 5}, 5).mul_(2).requires_grad_();
    const auto labels = torch::tensor({{3, 0}}, at::kInt);
    loss->forward(logits, labels).sum().backward();
    torch::NoGradGuard no_grad;
    constexpr double kStep = 1.0 / 128;  // exact in float
    for (int64_t i = 0; i < logits.numel(); ++i) {
      const auto at = [&](double by) {
        auto moved = logits.clone();
        moved.view(-1)[i] += by;
        return loss->forward(moved, labels).sum().template item<double>();
      };
      const double slope = (at(kStep) - at(-kStep)) / (2 * kStep);
      CHECK(logits.grad().view(-1)[i].template item<double>() == Approx(slope).margin(2e-4));
    }
  });
}

}  // namespace
}  // namespace trm
