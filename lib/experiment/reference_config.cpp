#include "experiment/reference_config.h"

#include <algorithm>
#include <optional>

#include "core/config_read.h"

namespace trm::experiment {
namespace {

// The module in arch.name, "folder.module@Class", and our core for it.
struct NamedCore {
  std::string_view module, core;
};
constexpr NamedCore kCores[] = {
    {"trm", "trm"}, {"trm_singlez", "single_z"}, {"trm_hier6", "hier6"},
    {"hrm", "hrm"}, {"hrm_act_v1", "hrm"},       {"transformers_baseline", "plain"},
};

// Reads a map key by key, each with its rule, and in the end refuses the keys that none asked for.
class Keys {
 public:
  Keys(const ConfigNode& node, std::string path) : node_(node), path_(std::move(path)) {
    if (node.kind != ConfigNode::Kind::kMap) node.fail(path_, "a map of keys is needed");
  }

  const ConfigNode* find(std::string_view key) {
    known_.emplace_back(key);
    return node_.find(key);
  }
  const ConfigNode& at(std::string_view key) {
    if (const auto* child = find(key)) return *child;
    node_.fail(path_to(path_, key),
               "missing, and the reference has no default for it; add the key");
  }
  template <class T>
  T required(std::string_view key, const FieldRule& rule = {}) {
    T value{};
    read_scalar(at(key), path_to(path_, key), rule, value);
    return value;
  }
  template <class T>
  T optional(std::string_view key, T value, const FieldRule& rule = {}) {
    if (const auto* child = find(key)) read_scalar(*child, path_to(path_, key), rule, value);
    return value;
  }
  // A key whose only value that can be honoured is the default.
  template <class T>
  void fixed(std::string_view key, T value, const std::string& why) {
    if (optional<T>(key, value) != value) node_.find(key)->fail(path_to(path_, key), why);
  }
  void ignore(std::initializer_list<std::string_view> keys) {
    known_.insert(known_.end(), keys.begin(), keys.end());
  }
  void finish() const {
    for (const auto& [key, value] : node_.entries) {
      if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
      value.fail(path_to(path_, key),
                 "no such key in the reference; remove it" + suggestion(key, known_));
    }
  }
  [[noreturn]] void fail(std::string_view key, const std::string& what) const {
    const auto* child = node_.find(key);
    (child ? *child : node_).fail(path_to(path_, key), what);
  }

 private:
  const ConfigNode& node_;
  std::string path_;
  std::vector<std::string> known_;
};

std::string module_of(const std::string& name) {
  const auto at = name.find('@');
  const auto dot = name.rfind('.', at);
  const auto begin = dot == std::string::npos ? 0 : dot + 1;
  return name.substr(begin, at == std::string::npos ? at : at - begin);
}

constexpr FieldRule kCount = {.min = 1};

// The prefix (spec 2.5): puzzle_emb_len positions, or as many as the embedding fills where that is
// 0.
model::GridInput::Config input_of(Keys& keys, int64_t width) {
  model::GridInput::Config input;
  const auto puzzle_width = keys.required<int64_t>("puzzle_emb_ndim", {.min = 0, .max = 1 << 20});
  const auto length = keys.optional<int64_t>("puzzle_emb_len", 16, {.min = 0, .max = 4096});
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

nn::LayerConfig layer_of(Keys& keys) {
  nn::LayerConfig layer;
  layer.expansion = keys.required<double>("expansion", {.min = 0, .above_min = true});
  const auto heads = keys.required<int64_t>("num_heads", kCount);
  if (keys.optional("mlp_t", false)) {
    layer.mixer = nn::TokenMlp::Config{.expansion = layer.expansion};
  } else {
    layer.mixer = nn::Attention::Config{.heads = heads};
  }
  return layer;
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

void read_trm(Keys& keys, model::ModelConfig& model) {
  model.core = model::Trm::Config{.H_cycles = keys.required<int64_t>("H_cycles", kCount),
                                  .L_cycles = keys.required<int64_t>("L_cycles", kCount)};
  auto layer = layer_of(keys);
  layer.repeat = keys.required<int64_t>("L_layers", {.min = 1, .max = 1000});
  model.layers = {layer};
  model.input = input_of(keys, model.width);
  keys.fixed("no_ACT_continue", true, "the reference itself fails with false; use true");
  keys.ignore({"H_layers"});
}

}  // namespace

std::string core_of_reference(const ConfigNode& arch) {
  const auto name = Keys(arch, "arch").required<std::string>("name");
  const auto module = module_of(name);
  for (const auto& known : kCores) {
    if (known.module == module) return std::string(known.core);
  }
  arch.find("name")->fail("arch.name", "no model of the references is called '" + module +
                                           "'; use a config of the TRM or HRM repository");
}

bool has_core_of_reference(const ConfigNode& arch) {
  const auto core = core_of_reference(arch);
  bool found = false;
  model::AnyCore::each([&](const auto& config) { found = found || config.kind == core; });
  return found;
}

model::ModelConfig model_from_reference(const ConfigNode& arch) {
  const auto core = core_of_reference(arch);
  Keys keys(arch, "arch");
  model::ModelConfig model;
  read_shared(keys, model);
  if (core == "trm") {
    read_trm(keys, model);
  } else {
    keys.fail("name", "this build has no model '" + core + "'; use a checkpoint of trm");
  }
  keys.finish();
  return model;
}

loss::AnyTokenLoss token_loss_from_reference(const ConfigNode& arch) {
  Keys keys(Keys(arch, "arch").at("loss"), "arch.loss");
  const auto head = keys.required<std::string>("name");
  if (module_of(head) != "losses" || !head.ends_with("@ACTLossHead")) {
    keys.fail("name", "no loss head '" + head + "'; losses@ACTLossHead is known");
  }
  const auto type = keys.required<std::string>(
      "loss_type", {.choices = {"stablemax_cross_entropy", "softmax_cross_entropy"}});
  keys.finish();
  if (type == "softmax_cross_entropy") return loss::Softmax::Config{};
  return loss::Stablemax::Config{};
}

std::string precision_from_reference(const ConfigNode& arch) {
  return Keys(arch, "arch")
      .optional<std::string>("forward_dtype", "bfloat16", {.choices = {"float32", "bfloat16"}});
}

train::OptimConfig optim_from_reference(const ConfigNode& training) {
  Keys keys(training, "");
  constexpr FieldRule kPositive = {.min = 0};
  constexpr FieldRule kMemory = {.min = 0, .max = 0.999999};
  train::OptimConfig optim;
  optim.weights =
      optim::AdamAtan2::Config{.lr = keys.required<double>("lr", kPositive),
                               .beta1 = keys.required<double>("beta1", kMemory),
                               .beta2 = keys.required<double>("beta2", kMemory),
                               .weight_decay = keys.required<double>("weight_decay", kPositive)};
  optim.puzzle_lr = keys.required<double>("puzzle_emb_lr", kPositive);
  optim.puzzle_weight_decay = keys.required<double>("puzzle_emb_weight_decay", kPositive);
  // The reference rounds a fractional warm-up half to even.
  optim.schedule.warmup_steps =
      std::llrint(keys.required<double>("lr_warmup_steps", {.min = 0, .max = 1e15}));
  optim.schedule.min_ratio = keys.required<double>("lr_min_ratio", {.min = 0, .max = 1});
  optim.ema.reset();
  const auto rate = keys.optional("ema_rate", 0.999, {.min = 0, .max = 0.9999999});
  if (keys.optional("ema", false)) optim.ema = rate;
  keys.fixed("freeze_weights", false,
             "training of the puzzle embedding alone is not built; use false");
  return optim;
}

}  // namespace trm::experiment
