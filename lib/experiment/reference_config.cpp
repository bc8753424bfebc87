#include "experiment/reference_config.h"

#include <cmath>

#include "core/printable.h"
#include "experiment/reference_keys.h"

namespace trm::experiment {
namespace {

std::vector<std::string> texts_of(Keys& keys, std::string_view key, const FieldRule& rule = {}) {
  std::vector<std::string> texts;
  if (const auto* node = keys.find(key)) ConfigReader::read(*node, std::string(key), rule, texts);
  return texts;
}

// With the names of its folders the only word of a config on what kind of puzzle it is.
bool evaluates_arc(Keys& keys) {
  const auto* evaluators = keys.find("evaluators");
  if (!evaluators) return false;
  return std::any_of(evaluators->items.begin(), evaluators->items.end(),
                     [](const ConfigNode& node) {
                       const auto* name = node.find("name");
                       return name && name->scalar.starts_with("arc@");
                     });
}

// One folder (HRM) or several (TRM); with tests of its own, or those of the same folders.
DataConfig data_of(Keys& keys, int64_t epochs_of_iteration) {
  DataConfig data;
  auto folders = texts_of(keys, "data_paths");
  const auto one = keys.optional<std::string>("data_path", "");
  if (!one.empty()) folders.insert(folders.begin(), one);
  if (folders.empty()) keys.fail("data_paths", "no data folder named; add data_paths");
  data.path = folders.front();
  data.more.assign(folders.begin() + 1, folders.end());
  data.test = texts_of(keys, "data_paths_test");
  data.sampler = data::Numpy::Config{.epochs = epochs_of_iteration};
  if (evaluates_arc(keys)) {
    data.task = data::Arc::Config{.translate = false};
  } else if (data.path.find("maze") != std::string::npos) {
    data.task = data::Maze::Config{{.rotate = false, .mirror = false}};
  } else {
    constexpr bool kNot = false;
    data.task = data::Sudoku::Config{{kNot, kNot, kNot, kNot, kNot, kNot}};
  }
  return data;
}

// Evaluations are counted in epochs there, the first of them left out by number.
TrainConfig train_of(Keys& keys) {
  TrainConfig train;
  train.epochs = keys.required<double>("epochs", {.min = 0, .above_min = true});
  train.batch = keys.required<int64_t>("global_batch_size", {.min = 1, .max = 1 << 20});
  const auto* interval = keys.find("eval_interval");
  if (interval && interval->kind != ConfigNode::Kind::kNull) {
    train.eval_epochs = keys.required<double>("eval_interval", {.min = 1});
  }
  train.skip_evaluations = keys.optional<int64_t>("min_eval_interval", 0, {.min = 0});
  return train;
}

// Where a value refers to another, "${.hidden_size}", or nothing.
const ConfigNode* reference_in(const ConfigNode& node) {
  if (node.scalar.find("${") != std::string::npos) return &node;
  const ConfigNode* found = nullptr;
  for (const auto& item : node.items) found = found ? found : reference_in(item);
  for (const auto& [key, value] : node.entries) found = found ? found : reference_in(value);
  return found;
}

constexpr const char* kWholeConfig =
    "use the all_config.yaml that the program writes beside its checkpoints";

// The references' source tree has a config in pieces, which hydra puts together when a run begins.
void refuse_pieces(const ConfigNode& root) {
  for (const char* key : {"defaults", "hydra"}) {
    if (const auto* found = root.find(key)) {
      found->fail(key, std::string("a part of a config that hydra puts together; ") + kWholeConfig);
    }
  }
  if (!root.find("arch") && root.find("halt_max_steps")) {
    root.fail("arch",
              std::string("this is the arch alone of a reference's config; ") + kWholeConfig);
  }
}

void refuse_references(const ConfigNode& root) {
  if (const auto* found = reference_in(root)) {
    found->fail("", "'" + printable(found->scalar) +
                        "' refers to another value, which hydra puts in; " + kWholeConfig);
  }
}

}  // namespace

loss::AnyTokenLoss token_loss_from_reference(const ConfigNode& arch, StrangeKeys& strange) {
  Keys keys(Keys(arch, "arch").at("loss"), "arch.loss");
  const auto head = keys.required<std::string>("name");
  if (module_of(head) != "losses" || !head.ends_with("@ACTLossHead")) {
    keys.fail("name", "no loss head '" + head + "'; losses@ACTLossHead is known");
  }
  const auto type = keys.required<std::string>(
      "loss_type", {.choices = {"stablemax_cross_entropy", "softmax_cross_entropy"}});
  keys.finish(strange);
  if (type == "softmax_cross_entropy") return loss::Softmax::Config{};
  return loss::Stablemax::Config{};
}

loss::AnyTokenLoss token_loss_from_reference(const ConfigNode& arch) {
  StrangeKeys strange;
  auto loss = token_loss_from_reference(arch, strange);
  strange.refuse();
  return loss;
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
  optim.freeze_weights = keys.optional("freeze_weights", false);
  return optim;
}

Experiment experiment_from_reference(const ConfigNode& root) {
  refuse_pieces(root);
  refuse_references(root);
  StrangeKeys strange;
  Keys keys(root, "");
  const auto& arch = keys.at("arch");
  Experiment experiment;
  experiment.seed = keys.optional<int64_t>("seed", 0, {.min = 0});
  experiment.precision = precision_from_reference(arch);
  experiment.model = model_from_reference(arch, strange);
  experiment.loss = token_loss_from_reference(arch, strange);
  experiment.optim = optim_from_reference(root);
  experiment.train = train_of(keys);
  const double iteration = experiment.train.eval_epochs.value_or(*experiment.train.epochs);
  experiment.data = data_of(keys, std::max<int64_t>(1, std::llrint(iteration)));
  experiment.evaluate.limit.reset();  // they evaluate all
  experiment.evaluate.outputs =
      texts_of(keys, "eval_save_outputs",
               {.choices = {std::begin(eval::kOutputNames), std::end(eval::kOutputNames)}});
  const auto* from = keys.find("load_checkpoint");
  if (from && from->kind == ConfigNode::Kind::kScalar) experiment.init.from = from->scalar;
  // Read by optim_from_reference; of the ARC evaluator; names of the logging service.
  keys.ignore({"lr", "lr_min_ratio", "lr_warmup_steps", "beta1", "beta2", "weight_decay",
               "puzzle_emb_lr", "puzzle_emb_weight_decay", "ema", "ema_rate", "freeze_weights",
               "checkpoint_every_eval", "project_name", "run_name", "entity", "checkpoint_path"});
  keys.finish(strange);
  strange.refuse();
  return experiment;
}

void refuse_reference_config(const ConfigNode& root) {
  refuse_pieces(root);
  const auto* arch = root.find("arch");
  if (arch && arch->find("name")) {
    arch->fail("arch",
               "this is a config of the reference programs; trm-convert CONFIG.yaml "
               "MINE.yaml makes one of ours");
  }
}

}  // namespace trm::experiment
