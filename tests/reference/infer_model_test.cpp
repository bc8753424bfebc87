#include "reference/infer_model.h"

#include <algorithm>

#include "reference/weights_choice.h"
#include "tests/catch.h"

namespace trm::reference {
namespace {

// All weights of one model with the case's core, by the reference's names.
Archive weights_with(const model::AnyCore& core, const model::GridInput::Config& input) {
  model::ModelConfig config;
  config.width = 64;
  config.layers = {nn::LayerConfig{nn::Attention::Config{.heads = 4}, 4, 1},
                   nn::LayerConfig{nn::TokenMlp::Config{.expansion = 2}, 3, 1}};
  config.core = core;
  config.input = input;
  const model::Model model(config, {9, 7, 3}, Compute{}, 1);
  Archive archive;
  archive.where = "weights";
  for (const auto& [name, value] : model.named_weights()) {
    archive.add("_orig_mod.model.inner." + name, value);
  }
  return archive;
}

TEST_CASE("names and shapes say which model it is", "[unit]") {
  const model::AnyCore kCores[] = {model::Trm::Config{}, model::Hrm::Config{},
                                   model::SingleZ::Config{}, model::MultiZ::Config{.latents = 3},
                                   model::Plain::Config{}};
  for (const auto& core : kCores) {
    for (const auto* positions : {"learned", "rotary"}) {
      INFO(core.kind() << ", positions " << positions);
      const model::GridInput::Config input{.prefix = 2, .positions = positions, .puzzle_width = 70};
      const auto weights = by_our_names(weights_with(core, input));
      std::vector<std::string> missing;
      const auto inferred = infer_model(weights, missing);
      CHECK(inferred.width == 64);
      CHECK(inferred.core.kind() == core.kind());
      if (core.holds<model::MultiZ>()) CHECK(inferred.core.get<model::MultiZ>().latents == 3);
      REQUIRE(inferred.layers.size() == 2);
      CHECK(inferred.layers[0].mixer.holds<nn::Attention>());
      CHECK(inferred.layers[1].mixer.holds<nn::TokenMlp>());
      CHECK(inferred.input.get<model::GridInput>().puzzle_width == 70);
      const auto has = [&](const char* key) {
        return std::find(missing.begin(), missing.end(), key) != missing.end();
      };
      CHECK(has("model.core.H_cycles") == !core.holds<model::Plain>());
      CHECK(has("model.input.positions") == (std::string(positions) == "rotary"));
      // With what is missing, the tensors fit.
      auto config = inferred;
      config.layers[0].mixer = nn::Attention::Config{.heads = 4};
      config.input = input;
      model::Model model(config, {9, 7, 3}, Compute{}, 2);
      model::load_weights(model, weights);
    }
  }
}

}  // namespace
}  // namespace trm::reference
