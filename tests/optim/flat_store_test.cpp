#include "optim/flat_store.h"

#include "optim/optimizers.h"
#include "tests/catch.h"
#include "tests/optim/update_once.h"

namespace trm::optim {
namespace {

std::vector<NamedTensor> weights() {
  return {{"a", torch::arange(15).to(at::kFloat).view({3, 5}).requires_grad_()},
          {"b", torch::full({17}, 2.0).requires_grad_()},
          {"c", torch::full({1}, 3.0).requires_grad_()}};
}

TEST_CASE("a store keeps values, shapes and names, each view at 64 bytes", "[unit]") {
  const auto parameters = weights();
  const FlatStore store(parameters);
  const auto views = store.views(store.values(), "p.");
  const auto expected = weights();
  REQUIRE(views.size() == 3);
  for (size_t i = 0; i < 3; ++i) {
    CHECK(views[i].name == "p." + expected[i].name);
    CHECK(at::equal(views[i].value, expected[i].value));
    const auto from_start = static_cast<const float*>(views[i].value.const_data_ptr()) -
                            static_cast<const float*>(store.values().const_data_ptr());
    CHECK(from_start * static_cast<ptrdiff_t>(sizeof(float)) % 64 == 0);
    CHECK(parameters[i].value.const_data_ptr() == views[i].value.const_data_ptr());
  }
  CHECK(store.values().numel() == 16 + 32 + 16);
}

TEST_CASE("gradients land in the store's buffer", "[unit]") {
  const auto parameters = weights();
  const FlatStore store(parameters);
  (parameters[1].value * 3).sum().backward();
  (parameters[1].value * 4).sum().backward();
  const auto views = store.views(store.gradients());
  CHECK(at::equal(views[1].value, torch::full({17}, 7.0)));
  CHECK(views[0].value.eq(0).all().item<bool>());
  CHECK(parameters[1].value.grad().const_data_ptr() == views[1].value.const_data_ptr());
}

TEST_CASE("the gaps between views stay zero through updates", "[unit]") {
  AnyOptimizer::each([](const auto& config) {
    INFO(config.kind);
    const FlatStore store(weights());
    const auto optimizer = AnyOptimizer(config).template create<Optimizer>(store);
    for (const auto& view : store.views(store.gradients())) view.value.fill_(1);
    for (int64_t step = 1; step <= 3; ++step) {
      update_once(*optimizer, store, step, 0.1, torch::ones({1}));
    }
    auto outside = store.like_values();
    for (const auto& view : store.views(outside)) view.value.fill_(0);
    CHECK(outside.eq(0).all().template item<bool>());
  });
}

TEST_CASE("buffers of the same layout are their own memory", "[unit]") {
  const FlatStore store(weights());
  const auto copy = store.like_values();
  CHECK(at::equal(copy, store.values()));
  copy.fill_(9);
  CHECK_FALSE(at::equal(copy, store.values()));
  CHECK(store.like_zeros().eq(0).all().item<bool>());
  CHECK(store.like_zeros().numel() == store.values().numel());
}

// Spec 9.12: the first step is rate / 0.1 * atan2(0.1 g, |g|) = 0.9967 rate sign(g), after the
// decay.
TEST_CASE("the first step of Adam-atan2 has one size, whatever the gradient's", "[unit]") {
  const FlatStore store({{"w", torch::tensor({1.0F, 1.0F, 1.0F, 1.0F}).requires_grad_()}});
  AdamAtan2 adam({.weight_decay = 0.5}, store);
  store.views(store.gradients())[0].value.copy_(torch::tensor({1e-6F, -1e6F, 0.0F, 3.0F}));
  update_once(adam, store, 1, 0.01, torch::ones({1}));
  const double moved = 0.01 * 10 * std::atan2(0.1, 1.0), decayed = 1 - 0.01 * 0.5;
  const auto w = store.views(store.values())[0].value;
  CHECK(w[0].item<double>() == Approx(decayed - moved).epsilon(1e-6));
  CHECK(w[1].item<double>() == Approx(decayed + moved).epsilon(1e-6));
  CHECK(w[2].item<double>() == Approx(decayed).epsilon(1e-7));
  CHECK(w[3].item<double>() == Approx(decayed - moved).epsilon(1e-6));
}

TEST_CASE("AdamW divides by the root of the mean square", "[unit]") {
  const FlatStore store({{"w", torch::tensor({1.0F, 1.0F}).requires_grad_()}});
  AdamW adam({.weight_decay = 0, .epsilon = 1e-8}, store);
  store.views(store.gradients())[0].value.copy_(torch::tensor({2.0F, -0.5F}));
  update_once(adam, store, 1, 0.01, torch::ones({1}));
  const auto w = store.views(store.values())[0].value;
  CHECK(w[0].item<double>() == Approx(0.99).epsilon(1e-6));
  CHECK(w[1].item<double>() == Approx(1.01).epsilon(1e-6));
}

TEST_CASE("moments of another model are an error that names the tensor", "[unit]") {
  const FlatStore store(weights());
  AdamAtan2 adam({}, store);
  Archive archive;
  archive.where = "optimizer.safetensors";
  CHECK(contains(error_of([&] { adam.load(store, archive); }),
                 "optimizer.safetensors: no tensor 'm.a'"));
}

}  // namespace
}  // namespace trm::optim
