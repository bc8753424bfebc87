#include "model/model.h"

#include <map>

#include "tests/catch.h"

namespace trm::model {
namespace {

constexpr GridSpec kSudoku{.cells = 81, .vocabulary = 11, .puzzles = 1};
constexpr GridSpec kMaze{.cells = 900, .vocabulary = 6, .puzzles = 1};
constexpr GridSpec kArc{.cells = 900, .vocabulary = 12, .puzzles = 5};

ModelConfig attention_config() { return {}; }

ModelConfig mlp_config() {
  ModelConfig config;
  config.layers = {nn::LayerConfig{nn::TokenMlp::Config{}, 4, 2}};
  config.input = GridInput::Config{.positions = "none"};
  return config;
}

ModelConfig hrm_config(const std::string& positions = "rotary") {
  ModelConfig config;
  config.layers = {nn::LayerConfig{{}, 4, 4}};
  config.core = Hrm::Config{};
  config.input = GridInput::Config{.prefix = 1, .positions = positions};
  return config;
}

ModelConfig hrm_mlp_config() {
  auto config = hrm_config("none");
  config.layers = {nn::LayerConfig{nn::TokenMlp::Config{}, 4, 4}};
  return config;
}

ModelConfig plain_config() {
  auto config = hrm_config();
  config.layers = {nn::LayerConfig{nn::Attention::Config{.heads = 12}, 4, 8}};
  config.core = Plain::Config{};
  return config;
}

ModelConfig with_core(ModelConfig config, const AnyCore& core) {
  config.core = core;
  return config;
}

int64_t parameters(const ModelConfig& config, const GridSpec& spec) {
  return Model(config, spec, Compute{}, 0).parameter_count();
}

// Spec 8.
TEST_CASE("models of width 512 have the reference's numbers of parameters", "[unit]") {
  CHECK(parameters(attention_config(), kSudoku) == 6'828'034);
  CHECK(parameters(attention_config(), kMaze) == 6'822'914);
  CHECK(parameters(attention_config(), kArc) == 6'829'058);
  CHECK(parameters(mlp_config(), kSudoku) == 5'028'866);
  CHECK(parameters(mlp_config(), kMaze) == 18'795'522);
  CHECK(parameters(mlp_config(), kArc) == 18'801'666);
  CHECK(parameters(with_core(attention_config(), SingleZ::Config{}), kArc) == 6'829'058);
  CHECK(parameters(with_core(attention_config(), MultiZ::Config{}), kArc) == 6'829'058);
  CHECK(parameters(hrm_config(), kSudoku) == 27'275'266);
  CHECK(parameters(hrm_config(), kMaze) == 27'270'146);
  CHECK(parameters(hrm_config(), kArc) == 27'276'290);
  CHECK(parameters(hrm_config("learned"), kSudoku) == 27'317'250);
  CHECK(parameters(hrm_mlp_config(), kSudoku) == 19'390'466);
  CHECK(parameters(hrm_mlp_config(), kMaze) == 74'238'978);
  CHECK(parameters(plain_config(), kSudoku) == 27'144'194);
  CHECK(parameters(plain_config(), kArc) == 27'145'218);
}

ModelConfig small_config(const std::string& positions, const AnyCore& core = {}) {
  ModelConfig config;
  config.width = 64;
  config.layers = {nn::LayerConfig{nn::Attention::Config{.heads = 4}, 4, 1},
                   nn::LayerConfig{nn::TokenMlp::Config{}, 4, 1}};
  config.input = GridInput::Config{.prefix = 4, .positions = positions};
  config.core = core;
  return config;
}

// A weight, its shape and the deviation that it is drawn with, 0 for none.
struct Drawn {
  std::string name;
  std::vector<int64_t> shape;
  double std;
};

// A core, and its networks and initial latents in the order of construction.
struct CoreDraws {
  AnyCore core;
  std::vector<std::string> networks, latents;
};

std::vector<CoreDraws> every_core() {
  const Trm::Config two{.networks = "two"};
  return {{Trm::Config{}, {"L_level"}, {"H_init", "L_init"}},
          {two, {"H_level", "L_level"}, {"H_init", "L_init"}},
          {Hrm::Config{}, {"H_level", "L_level"}, {"H_init", "L_init"}},
          {SingleZ::Config{}, {"L_level"}, {"L_init"}},
          {MultiZ::Config{.latents = 3}, {"L_level"}, {"H_init", "L1_init", "L2_init", "L3_init"}},
          {Plain::Config{}, {"H_level"}, {"H_init"}}};
}

// In the order of construction: input, head, core. That is the references' (spec 2.10) but for
// learned positions, which they draw after the head.
std::vector<Drawn> expected_draws(bool learned, const CoreDraws& core) {
  const double e = 1.0 / 8;
  std::vector<Drawn> draws = {{"embed_tokens.embedding_weight", {11, 64}, e}};
  if (learned) draws.push_back({"embed_pos.embedding_weight", {85, 64}, e});
  draws.push_back({"lm_head.weight", {11, 64}, e});
  for (const auto& network : core.networks) {
    const auto add = [&](const std::string& name, std::vector<int64_t> shape, double std) {
      draws.push_back({network + ".layers." + name + ".weight", std::move(shape), std});
    };
    add("0.self_attn.qkv_proj", {192, 64}, e);
    add("0.self_attn.o_proj", {64, 64}, e);
    add("0.mlp.gate_up_proj", {512, 64}, e);
    add("0.mlp.down_proj", {64, 256}, 1.0 / 16);
    add("1.mlp_t.gate_up_proj", {512, 85}, 1 / std::sqrt(85.0));
    add("1.mlp_t.down_proj", {85, 256}, 1.0 / 16);
    add("1.mlp.gate_up_proj", {512, 64}, e);
    add("1.mlp.down_proj", {64, 256}, 1.0 / 16);
  }
  for (const auto& latent : core.latents) draws.push_back({latent, {64}, 1});
  return draws;
}

std::map<std::string, torch::Tensor> weights_of(const Model& model) {
  std::map<std::string, torch::Tensor> weights;
  for (const auto& [name, value] : model.named_weights()) weights[name] = value;
  return weights;
}

TEST_CASE("weights are drawn in the order of construction, each from the next stream", "[unit]") {
  for (const bool learned : {false, true}) {
    for (const auto& core : every_core()) {
      const Model model(small_config(learned ? "learned" : "rotary", core.core), kSudoku, Compute{},
                        17);
      auto weights = weights_of(model);
      nn::Initializer init(17);
      for (const auto& [name, shape, std] : expected_draws(learned, core)) {
        INFO(core.core.kind() << ": " << name);
        REQUIRE(weights.contains(name));
        CHECK(at::equal(weights[name], init.truncated_normal(shape, std)));
        weights.erase(name);
      }
      // What is not drawn.
      CHECK(weights["q_head.weight"].eq(0).all().item<bool>());
      CHECK(weights["q_head.bias"].eq(-5).all().item<bool>());
      CHECK(weights["puzzle_emb.weights"].eq(0).all().item<bool>());
      CHECK(weights.size() == 3);
    }
  }
}

TEST_CASE("every drawn weight has its mean, deviation and support", "[unit]") {
  for (const auto& core : every_core()) {
    const Model model(small_config("learned", core.core), kSudoku, Compute{}, 23);
    const auto weights = weights_of(model);
    for (const auto& [name, shape, std] : expected_draws(true, core)) {
      INFO(core.core.kind() << ": " << name);
      const auto x = weights.at(name).to(at::kDouble);
      const auto n = static_cast<double>(x.numel());
      CHECK(std::abs(x.mean().item<double>()) < 4 * std / std::sqrt(n));
      CHECK(std::abs(x.std().item<double>() / std - 1) < 4 / std::sqrt(2 * n));
      const double support = 2 * 1.1368472343385565 * std;
      CHECK(x.abs().max().item<double>() <= support * (1 + 1e-6));
      if (n > 10000) CHECK(x.abs().max().item<double>() > 0.99 * support);
    }
  }
}

TEST_CASE("another seed gives other weights, the same seed the same", "[unit]") {
  const auto weight = [](uint64_t seed) {
    return weights_of(Model(small_config("rotary"), kSudoku, Compute{}, seed))["lm_head.weight"];
  };
  CHECK(at::equal(weight(1), weight(1)));
  CHECK_FALSE(at::equal(weight(1), weight(2)));
}

TEST_CASE("loading weights names the tensor that is missing, superfluous or misshapen", "[unit]") {
  Model model(small_config("rotary"), kSudoku, Compute{}, 1);
  Archive archive;
  archive.where = "step_3";
  for (const auto& [name, value] : model.named_weights()) archive.add(name, value.clone());
  auto missing = archive;
  missing.tensors.erase(missing.tensors.begin());
  CHECK(contains(error_of([&] { load_weights(model, missing); }),
                 "step_3: weights of another model; 1 that this one needs are missing: "
                 "embed_tokens.embedding_weight; use the config"));
  auto more = archive;
  more.add("H_level.x", torch::zeros({1}));
  CHECK(contains(error_of([&] { load_weights(model, more); }),
                 "step_3: weights of another model; 1 have no place in it: H_level.x; use"));
  auto misshapen = archive;
  misshapen.tensors[0].value = torch::zeros({2, 2});
  CHECK(contains(error_of([&] { load_weights(model, misshapen); }),
                 "step_3: embed_tokens.embedding_weight is [2, 2] there and [11, 64] here"));
}

TEST_CASE("the prefix holds the puzzle's embedding first, then zeros, all scaled", "[unit]") {
  auto config = small_config("none");
  config.input = GridInput::Config{.prefix = 2, .positions = "none", .puzzle_width = 70};
  nn::Initializer init(1);
  GridInput input(config.input.get<GridInput>(), kArc, 64, init);
  const auto& table = input.puzzle_embedding()->table();
  table.copy_(torch::arange(table.numel()).to(at::kFloat).view(table.sizes()));
  const Batch batch{torch::zeros({1, 900}, at::kInt), torch::zeros({1, 900}, at::kInt),
                    torch::full({1}, 3, at::kInt), 1};
  const auto x = input.encode(batch, false, at::kFloat);
  CHECK(x.sizes() == at::IntArrayRef({1, 902, 64}));
  CHECK(at::equal(x[0][0], 8 * table[3].slice(0, 0, 64)));
  CHECK(at::equal(x[0][1].slice(0, 0, 6), 8 * table[3].slice(0, 64)));
  CHECK(x[0][1].slice(0, 6).eq(0).all().item<bool>());
}

TEST_CASE("a puzzle embedding that does not fit the prefix is an error", "[unit]") {
  auto config = small_config("none");
  config.input = GridInput::Config{.prefix = 1, .puzzle_width = 65};
  CHECK(contains(error_of([&] { Model(config, kArc, Compute{}, 0); }),
                 "model.input.puzzle_width: 65 numbers do not fit 1 positions of 64"));
}

TEST_CASE("a model without a prefix has no puzzle embedding and still runs", "[unit]") {
  auto config = small_config("rotary");
  config.input = GridInput::Config{.prefix = 0};
  Model model(config, kSudoku, Compute{}, 0);
  CHECK(model.puzzle_embedding() == nullptr);
  torch::NoGradGuard no_grad;
  auto state = model.initial().repeat(2);
  const Batch batch{torch::ones({2, 81}, at::kInt), torch::ones({2, 81}, at::kInt),
                    torch::zeros({2}, at::kInt), 2};
  const auto output = model.forward(state, batch, {});
  CHECK(output.logits.sizes() == at::IntArrayRef({2, 81, 11}));
  CHECK(output.q_halt.eq(-5).all().item<bool>());
}

}  // namespace
}  // namespace trm::model
