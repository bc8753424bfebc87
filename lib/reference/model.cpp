#include "reference/config.h"

namespace trm::reference {
namespace {

// The module in arch.name, "folder.module@Class", and our core for it.
struct NamedCore {
  std::string_view module, core;
};
constexpr NamedCore kCores[] = {
    {"trm", "trm"}, {"trm_singlez", "single_z"}, {"trm_hier6", "multi_z"},
    {"hrm", "hrm"}, {"hrm_act_v1", "hrm"},       {"transformers_baseline", "plain"},
};

constexpr FieldRule kCount = {.min = 1};

// The prefix (spec 2.5): puzzle_emb_len positions, or as many as the embedding fills where that is
// 0 or where the model has no such key.
model::GridInput::Config input_of(Keys& keys, int64_t width, bool has_length) {
  model::GridInput::Config input;
  const auto puzzle_width = keys.required<int64_t>("puzzle_emb_ndim", {.min = 0, .max = 1 << 20});
  if (!has_length) keys.ignore({"puzzle_emb_len"});
  const auto length =
      has_length ? keys.optional<int64_t>("puzzle_emb_len", 16, {.min = 0, .max = 4096}) : 0;
  if (puzzle_width == 0 && length != 0) {
    keys.fail("puzzle_emb_len",
              std::to_string(length) +
                  " positions without a puzzle embedding, "
                  "with which the reference fails; use 0, or set puzzle_emb_ndim");
  }
  input.prefix = length != 0 ? length : (puzzle_width + width - 1) / width;
  if (puzzle_width != 0 && puzzle_width != width) input.puzzle_width = puzzle_width;
  const auto positions =
      keys.required<std::string>("pos_encodings", {.choices = {"rope", "learned", "none"}});
  input.positions = positions == "rope" ? "rotary" : positions;
  return input;
}

// `count` is the key of the number of blocks.
std::vector<nn::LayerConfig> layers_of(Keys& keys, std::string_view count) {
  nn::LayerConfig layer;
  layer.expansion = keys.required<double>("expansion", {.min = 0, .above_min = true});
  layer.repeat = keys.required<int64_t>(count, {.min = 1, .max = 1000});
  const auto heads = keys.required<int64_t>("num_heads", kCount);
  if (keys.optional("mlp_t", false)) {
    layer.mixer = nn::TokenMlp::Config{.expansion = layer.expansion};
  } else {
    layer.mixer = nn::Attention::Config{.heads = heads};
  }
  return {layer};
}

// What every arch of the references has, read into the config and otherwise checked.
void read_shared(Keys& keys, model::ModelConfig& model) {
  model.width = keys.required<int64_t>("hidden_size", {.min = 1, .max = 1 << 20});
  model.halting.max_steps = keys.required<int64_t>("halt_max_steps", kCount);
  model.halting.exploration = keys.required<double>("halt_exploration_prob", {.min = 0, .max = 1});
  keys.fixed("rms_norm_eps", nn::kNormEpsilon, "only 1e-5 is built; remove the key");
  keys.fixed("rope_theta", 10000.0, "only 10000 is built; remove the key");
  // The data set's, or without effect in the reference; the rest have functions of their own.
  keys.ignore({"batch_size", "seq_len", "vocab_size", "num_puzzle_identifiers", "causal", "name",
               "loss", "forward_dtype"});
}

template <class Core>
typename Core::Config cycles_of(Keys& keys) {
  typename Core::Config core;
  core.H_cycles = keys.required<int64_t>("H_cycles", kCount);
  core.L_cycles = keys.required<int64_t>("L_cycles", kCount);
  return core;
}

// TRM and its variants: one network, a prefix of its own length, the continue head a choice. (With
// no_ACT_continue: false the reference itself fails; this is what its paper means.)
template <class Core>
void read_one_network(Keys& keys, model::ModelConfig& model) {
  model.core = cycles_of<Core>(keys);
  model.layers = layers_of(keys, "L_layers");
  model.input = input_of(keys, model.width, /*has_length=*/true);
  model.halting.continue_head = keys.optional("no_ACT_continue", true) ? "none" : "trained";
  keys.ignore({"H_layers"});
}

void read_hrm(Keys& keys, model::ModelConfig& model) {
  auto core = cycles_of<model::Hrm>(keys);
  model.layers = layers_of(keys, "L_layers");
  const auto H_layers = layers_of(keys, "H_layers");
  if (H_layers.front().repeat != model.layers.front().repeat) core.H_layers = H_layers;
  model.core = core;
  model.input = input_of(keys, model.width, /*has_length=*/false);
  model.halting.continue_head = "trained";
  keys.ignore({"no_ACT_continue"});
}

void read_plain(Keys& keys, model::ModelConfig& model) {
  model.core = model::Plain::Config{};
  model.layers = layers_of(keys, "H_layers");
  model.input = input_of(keys, model.width, /*has_length=*/false);
  model.halting.continue_head = "untrained";
  keys.fixed("act_enabled", true, "only true is built; remove the key");
  keys.fixed("act_inference", false, "evaluation runs halt_max_steps steps; use false");
  keys.ignore({"H_cycles", "L_cycles", "L_layers", "no_ACT_continue"});
}

void read_core(const std::string& core, Keys& keys, model::ModelConfig& model) {
  if (core == "trm") return read_one_network<model::Trm>(keys, model);
  if (core == "single_z") return read_one_network<model::SingleZ>(keys, model);
  if (core == "hrm") return read_hrm(keys, model);
  if (core == "plain") return read_plain(keys, model);
  read_one_network<model::MultiZ>(keys, model);
  const auto& cycles = model.core.get<model::MultiZ>();
  if (cycles.L_cycles > cycles.latents) {
    keys.fail("L_cycles", "more than the model's 6 latents, with which the reference fails");
  }
}

// The kind in model::AnyCore of the model that arch.name names; Error for an unknown name.
std::string core_of_reference(const ConfigNode& arch) {
  const auto name = Keys(arch, "arch").required<std::string>("name");
  const auto module = module_of(name);
  for (const auto& known : kCores) {
    if (known.module == module) return std::string(known.core);
  }
  arch.find("name")->fail("arch.name", "no model of the references is called '" + module +
                                           "'; use a config of the TRM or HRM repository");
}

}  // namespace

model::ModelConfig model_from(const ConfigNode& arch, StrangeKeys& strange) {
  const auto core = core_of_reference(arch);
  Keys keys(arch, "arch");
  model::ModelConfig model;
  read_shared(keys, model);
  read_core(core, keys, model);
  keys.finish(strange);
  return model;
}

model::ModelConfig model_from(const ConfigNode& arch) {
  StrangeKeys strange;
  auto model = model_from(arch, strange);
  strange.refuse();
  return model;
}

}  // namespace trm::reference
