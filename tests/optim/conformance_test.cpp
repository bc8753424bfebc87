// What every optimizer of the catalogue must do.

#include <ATen/ops/arange.h>

#include "optim/optimizers.h"
#include "tests/catch.h"
#include "tests/optim/update_once.h"
#include "tests/stored.h"

namespace trm {
namespace {

bool same_bits(const torch::Tensor& a, const torch::Tensor& b) { return at::equal(a, b); }

// A quadratic bowl that is steeper along some axes than along others.
class Bowl {
 public:
  Bowl() {
    weights_ = {{"a", random_tensor({5, 7}, 6).requires_grad_()},
                {"b", random_tensor({3}, 7).requires_grad_()}};
    store_ = std::make_unique<optim::FlatStore>(weights_);
  }
  optim::FlatStore& store() { return *store_; }

  // The height, and its gradient into the store.
  double measure() {
    store_->gradients().zero_();
    torch::Tensor height = torch::zeros({});
    for (const auto& [name, value] : weights_) {
      const auto slope = torch::arange(1, value.numel() + 1).view(value.sizes());
      height = height + (slope * (value - 0.5).square()).sum();
    }
    height.backward();
    return height.item<double>();
  }

 private:
  std::vector<NamedTensor> weights_;
  std::unique_ptr<optim::FlatStore> store_;
};

constexpr double kRate = 0.02;

void descend(Bowl& bowl, optim::Optimizer& optimizer, int64_t first, int64_t last) {
  for (int64_t step = first; step <= last; ++step) {
    bowl.measure();
    optim::update_once(optimizer, bowl.store(), step, kRate, torch::ones({1}));
  }
}

TEST_CASE("every optimizer lowers a quadratic", "[conformance]") {
  optim::AnyOptimizer::each([](const auto& config) {
    INFO("optimizer " << config.kind);
    Bowl bowl;
    const auto optimizer =
        optim::AnyOptimizer(config).template create<optim::Optimizer>(bowl.store());
    CHECK(optimizer->base_rate() > 0);
    const double start = bowl.measure();
    descend(bowl, *optimizer, 1, 300);
    CHECK(bowl.measure() < 0.02 * start);
  });
}

TEST_CASE("every optimizer resumes bit-exactly from a file", "[conformance]") {
  optim::AnyOptimizer::each([](const auto& config) {
    INFO("optimizer " << config.kind);
    const auto build = [&](Bowl& bowl) {
      return optim::AnyOptimizer(config).template create<optim::Optimizer>(bowl.store());
    };
    Bowl straight, resumed;
    const auto optimizer = build(straight);
    descend(straight, *optimizer, 1, 5);
    Archive archive;
    optimizer->save(straight.store(), archive);
    REQUIRE_FALSE(archive.tensors.empty());
    resumed.store().values().copy_(straight.store().values());
    const auto fresh = build(resumed);
    fresh->load(resumed.store(), stored(archive));
    descend(straight, *optimizer, 6, 10);
    descend(resumed, *fresh, 6, 10);
    CHECK(same_bits(straight.store().values(), resumed.store().values()));
  });
}

TEST_CASE("every optimizer changes nothing where the step is not to be applied", "[conformance]") {
  optim::AnyOptimizer::each([](const auto& config) {
    INFO("optimizer " << config.kind);
    Bowl bowl;
    const auto optimizer =
        optim::AnyOptimizer(config).template create<optim::Optimizer>(bowl.store());
    descend(bowl, *optimizer, 1, 3);
    const auto state = [&] {
      Archive archive;
      optimizer->save(bowl.store(), archive);
      return stored(archive);
    };
    const auto values = bowl.store().like_values();
    const auto before = state();
    bowl.store().gradients().fill_(std::numeric_limits<float>::quiet_NaN());
    optim::update_once(*optimizer, bowl.store(), 4, kRate, torch::zeros({1}));
    CHECK(same_bits(values, bowl.store().values()));
    const auto after = state();
    for (const auto& [name, value] : before.tensors) {
      INFO(name);
      CHECK(same_bits(value, after.at(name)));
    }
  });
}

}  // namespace
}  // namespace trm
