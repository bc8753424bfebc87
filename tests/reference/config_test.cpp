#include "reference/config.h"

#include <fmt/format.h>

#include "core/config_tree.h"
#include "tests/catch.h"

namespace trm::reference {
namespace {

// As the reference dumps it.
constexpr std::string_view kArch = R"(
name: recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1
loss: {name: losses@ACTLossHead, loss_type: stablemax_cross_entropy}
halt_exploration_prob: 0.1
halt_max_steps: 16
H_cycles: 3
L_cycles: 6
H_layers: 0
L_layers: 2
hidden_size: 512
num_heads: 8
expansion: 4
puzzle_emb_ndim: 512
pos_encodings: rope
forward_dtype: bfloat16
mlp_t: false
puzzle_emb_len: 16
no_ACT_continue: true
)";

ConfigNode arch_with(const std::vector<std::string>& overrides = {}) {
  return parse_config(kArch, "all_config.yaml", overrides);
}

ConfigNode arch_without(const std::string& key) {
  auto node = arch_with();
  std::erase_if(node.entries, [&](const auto& entry) { return entry.first == key; });
  return node;
}

TEST_CASE("the reference's TRM becomes our default model", "[unit]") {
  const auto config = model_from(arch_with());
  CHECK(config.width == 512);
  REQUIRE(config.layers.size() == 1);
  CHECK(config.layers[0].repeat == 2);
  CHECK(config.layers[0].expansion == 4);
  CHECK(config.layers[0].mixer.get<nn::Attention>().heads == 8);
  CHECK(config.core.get<model::Trm>().H_cycles == 3);
  CHECK(config.core.get<model::Trm>().L_cycles == 6);
  CHECK(config.input.get<model::GridInput>().prefix == 16);
  CHECK(config.input.get<model::GridInput>().positions == "rotary");
  CHECK_FALSE(config.input.get<model::GridInput>().puzzle_width.has_value());
  CHECK(config.halting.max_steps == 16);
  CHECK(config.halting.exploration == 0.1);
  CHECK(token_loss_from(arch_with()).holds<loss::Stablemax>());
  CHECK(precision_from(arch_with()) == "bfloat16");
}

TEST_CASE("what is left out has the default of the reference's class", "[unit]") {
  for (const auto* key :
       {"forward_dtype", "mlp_t", "puzzle_emb_len", "no_ACT_continue", "H_layers"}) {
    INFO(key);
    const auto config = model_from(arch_without(key));
    CHECK(config.layers[0].mixer.holds<nn::Attention>());
    CHECK(config.input.get<model::GridInput>().prefix == 16);
    CHECK(precision_from(arch_without(key)) == "bfloat16");
  }
  for (const auto* key :
       {"name", "H_cycles", "L_cycles", "L_layers", "hidden_size", "num_heads", "expansion",
        "puzzle_emb_ndim", "pos_encodings", "halt_max_steps", "halt_exploration_prob"}) {
    CHECK(contains(error_of([&] { model_from(arch_without(key)); }),
                   fmt::format("arch.{}: missing", key)));
  }
}

TEST_CASE("mlp_t mixes tokens with an MLP of the same expansion", "[unit]") {
  const auto config = model_from(arch_with({"mlp_t=true", "pos_encodings=none", "expansion=3"}));
  CHECK(config.layers[0].mixer.get<nn::TokenMlp>().expansion == 3);
  CHECK(config.input.get<model::GridInput>().positions == "none");
}

// Spec 2.5.
TEST_CASE("the prefix is puzzle_emb_len, or what the embedding fills where that is 0", "[unit]") {
  const auto prefix = [](const std::vector<std::string>& overrides) {
    return model_from(arch_with(overrides)).input.get<model::GridInput>().prefix;
  };
  CHECK(prefix({"puzzle_emb_len=3"}) == 3);
  CHECK(prefix({"puzzle_emb_len=0"}) == 1);
  CHECK(prefix({"puzzle_emb_len=0", "puzzle_emb_ndim=513"}) == 2);
  CHECK(prefix({"puzzle_emb_len=0", "puzzle_emb_ndim=0"}) == 0);
  CHECK(contains(error_of([&] { prefix({"puzzle_emb_ndim=0"}); }),
                 "arch.puzzle_emb_len: 16 positions without a puzzle embedding"));
  const auto narrow = model_from(arch_with({"puzzle_emb_ndim=100"}));
  CHECK(narrow.input.get<model::GridInput>().puzzle_width == 100);
}

TEST_CASE("every model of the references has its core, layers, prefix and halting", "[unit]") {
  const auto model_of = [](const std::string& module, std::vector<std::string> overrides) {
    overrides.push_back("name=" + module);
    return model_from(arch_with(overrides));
  };
  const auto singlez = model_of("recursive_reasoning.trm_singlez@X", {});
  CHECK(singlez.core.get<model::SingleZ>().L_cycles == 6);
  CHECK(singlez.halting.continue_head == "none");

  const auto hier6 = model_of("recursive_reasoning.trm_hier6@X", {"no_ACT_continue=false"});
  CHECK(hier6.core.get<model::MultiZ>().latents == 6);
  CHECK(hier6.halting.continue_head == "trained");
  CHECK(contains(error_of([&] { model_of("recursive_reasoning.trm_hier6@X", {"L_cycles=7"}); }),
                 "arch.L_cycles: more than the model's 6 latents"));

  for (const auto* name : {"hrm.hrm_act_v1@X", "recursive_reasoning.hrm@X"}) {
    const auto hrm = model_of(name, {"H_layers=3", "mlp_t=true", "pos_encodings=learned"});
    CHECK(hrm.core.get<model::Hrm>().H_layers.at(0).repeat == 3);
    CHECK(hrm.core.get<model::Hrm>().H_layers.at(0).mixer.holds<nn::TokenMlp>());
    CHECK(hrm.layers.at(0).repeat == 2);
    CHECK(hrm.layers.at(0).mixer.holds<nn::TokenMlp>());
    CHECK(hrm.input.get<model::GridInput>().prefix == 1);
    CHECK(hrm.input.get<model::GridInput>().positions == "learned");
    CHECK(hrm.halting.continue_head == "trained");
    CHECK(model_of(name, {"H_layers=2"}).core.get<model::Hrm>().H_layers.empty());
    CHECK(contains(error_of([&] { model_of(name, {"H_layers=0"}); }), "arch.H_layers"));
  }

  const auto plain = model_of("recursive_reasoning.transformers_baseline@Model_ACTV2",
                              {"H_layers=8", "num_heads=12"});
  CHECK(plain.core.holds<model::Plain>());
  CHECK(plain.layers.at(0).repeat == 8);
  CHECK(plain.layers.at(0).mixer.get<nn::Attention>().heads == 12);
  CHECK(plain.input.get<model::GridInput>().prefix == 1);
  CHECK(plain.halting.continue_head == "untrained");
}

TEST_CASE("a value that cannot be honoured is an error with its place", "[unit]") {
  const auto message = [](const std::string& override) {
    return error_of([&] { model_from(arch_with({override})); });
  };
  CHECK(contains(message("rms_norm_eps=1e-6"), "arch.rms_norm_eps: only 1e-5"));
  CHECK(contains(message("rope_theta=500"), "arch.rope_theta: only 10000"));
  CHECK(contains(message("pos_encodings=sinus"), "arch.pos_encodings"));
  CHECK(contains(message("H_cycles=0"), "arch.H_cycles"));
  CHECK(contains(message("num_heads=x"), "arch.num_heads"));
  CHECK(contains(message("puzzle_emb_lenn=3"),
                 "a key that the reference programs do not have, and that is set: "
                 "arch.puzzle_emb_lenn (3; did you mean 'puzzle_emb_len'?)"));
  CHECK(contains(message("name=a.gpt@X"), "arch.name: no model of the references is called 'gpt'"));
  // The defaults, given in so many words.
  model_from(arch_with({"rms_norm_eps=1e-05", "rope_theta=10000.0", "causal=false"}));
}

TEST_CASE("the loss head names one of two token losses", "[unit]") {
  CHECK(
      token_loss_from(arch_with({"loss.loss_type=softmax_cross_entropy"})).holds<loss::Softmax>());
  CHECK(contains(error_of([] { token_loss_from(arch_with({"loss.loss_type=hinge"})); }),
                 "arch.loss.loss_type"));
  CHECK(contains(error_of([] { token_loss_from(arch_with({"loss.name=losses@X"})); }),
                 "arch.loss.name: no loss head 'losses@X'"));
}

TEST_CASE("the training keys become both optimizers, the schedule and the average", "[unit]") {
  constexpr std::string_view kTraining = R"(
arch: {}
lr: 0.001
lr_min_ratio: 0.1
lr_warmup_steps: 2.5
beta1: 0.9
beta2: 0.95
weight_decay: 1.0
puzzle_emb_lr: 0.01
puzzle_emb_weight_decay: 0.2
ema: true
ema_rate: 0.99
)";
  const auto config = optim_from(parse_config(kTraining, "all_config.yaml"));
  const auto& adam = config.weights.get<optim::AdamAtan2>();
  CHECK(adam.lr == 0.001);
  CHECK(adam.beta2 == 0.95);
  CHECK(adam.weight_decay == 1.0);
  CHECK(config.puzzle_lr == 0.01);
  CHECK(config.puzzle_weight_decay == 0.2);
  CHECK(config.schedule.warmup_steps == 2);
  CHECK(config.schedule.min_ratio == 0.1);
  CHECK(config.ema == 0.99);
  CHECK_FALSE(config.clip.has_value());
  const std::vector<std::string> plain = {"ema=false"}, frozen = {"freeze_weights=true"};
  CHECK_FALSE(optim_from(parse_config(kTraining, "c", plain)).ema.has_value());
  CHECK_FALSE(config.freeze_weights);
  CHECK(optim_from(parse_config(kTraining, "c", frozen)).freeze_weights);
}

}  // namespace
}  // namespace trm::reference
