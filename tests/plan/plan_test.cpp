#include "plan/plan.h"

#include <set>

#include "tests/catch.h"

namespace trm::plan {

TEST_CASE("a plan counts the products of a step", "[unit]") {
  model::ModelConfig config;
  config.width = 16;
  config.layers = {nn::LayerConfig{nn::TokenMlp::Config{}, 4, 2}};
  config.input = model::GridInput::Config{.prefix = 2, .positions = "none"};
  config.core = model::Trm::Config{.H_cycles = 2, .L_cycles = 2};
  const model::Model model(config, {16, 6, 1}, {}, 0);
  Step step{.batch = 8, .shards = 1, .averages = true, .frozen = false, .evaluation_depth = 3};
  const auto plan = plan_step(step, model);
  // Two blocks of a SwiGLU over 18 positions and one over 16 channels, inner width 256; one outer
  // cycle of three applications without a gradient, one with, whose products are done three times.
  const double block = 8.0 * 2 * 3 * (18 * 256 * 16 + 18 * 256 * 16);
  const double head = 8.0 * 2 * 16 * 16 * 6;
  CHECK(plan.operations == Approx(2 * block * (3 + 3 * 3) + 3 * head));
  CHECK(plan.parameters == model.parameter_count());
  // Frozen weights have no gradient: two products of three where there is one.
  step.frozen = true;
  CHECK(plan_step(step, model).operations == Approx(2 * block * (3 + 3 * 2) + 2 * head));
}

TEST_CASE("a product of one weight with many matrices is one product as well", "[unit]") {
  model::ModelConfig config;
  config.width = 16;
  config.layers = {nn::LayerConfig{nn::TokenMlp::Config{}, 4, 1}};
  config.input = model::GridInput::Config{.prefix = 2, .positions = "none"};
  const model::Model model(config, {16, 6, 1}, {}, 0);
  const Step step{
      .batch = 8, .shards = 1, .averages = false, .frozen = false, .evaluation_depth = 3};
  int64_t joined = 0;
  std::set<nn::Product> kinds;
  for (const auto& [shape, times] : step_products(step, model)) {
    CHECK(kinds.insert(shape).second);  // each once
    const auto one = shape.joined();
    CHECK(one.operations() == shape.operations());
    if (shape.along == nn::Product::Joins::kNothing) continue;
    CHECK(shape.batch == 8);
    CHECK(one.batch == 1);
    ++joined;
  }
  CHECK(joined > 0);
}

TEST_CASE("the least number of shards that fits is found", "[unit]") {
  for (const int64_t batch : {1, 2, 7, 768, 1 << 20}) {
    for (const int64_t rows : {1, 2, 5, 96, 1000}) {  // of the largest part that fits
      const int64_t least = (batch + rows - 1) / rows;
      int asked = 0;
      const auto fits = [&](int64_t shards) {
        ++asked;
        return (batch + shards - 1) / shards <= rows;
      };
      CHECK(least_shards(batch, 1, fits) == least);
      CHECK(asked <= 25);
      if (least < batch) CHECK(least_shards(batch, least + 1, fits) == least + 1);
      CHECK(least_shards(batch, batch + 1, fits) == std::nullopt);
    }
    CHECK(least_shards(batch, 1, [](int64_t) { return false; }) == std::nullopt);
  }
}

}  // namespace trm::plan
