#include "experiment/from_reference.h"

#include <algorithm>
#include <cmath>

#include "core/config_read.h"
#include "reference/config.h"

namespace trm::experiment {
namespace {

using reference::Keys;

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

}  // namespace

Experiment experiment_from_reference(const ConfigNode& root) {
  reference::require_whole(root);
  reference::StrangeKeys strange;
  Keys keys(root, "");
  const auto& arch = keys.at("arch");
  Experiment experiment;
  experiment.seed = keys.optional<int64_t>("seed", 0, {.min = 0});
  experiment.precision = reference::precision_from(arch);
  experiment.model = reference::model_from(arch, strange);
  experiment.loss = reference::token_loss_from(arch, strange);
  experiment.optim = reference::optim_from(root);
  experiment.train = train_of(keys);
  const double iteration = experiment.train.eval_epochs.value_or(*experiment.train.epochs);
  experiment.data = data_of(keys, std::max<int64_t>(1, std::llrint(iteration)));
  experiment.evaluate.limit.reset();  // they evaluate all
  experiment.evaluate.outputs =
      texts_of(keys, "eval_save_outputs",
               {.choices = {std::begin(eval::kOutputNames), std::end(eval::kOutputNames)}});
  const auto* from = keys.find("load_checkpoint");
  if (from && from->kind == ConfigNode::Kind::kScalar) experiment.init.from = from->scalar;
  // Read by reference::optim_from; of the ARC evaluator; names of the logging service.
  keys.ignore({"lr", "lr_min_ratio", "lr_warmup_steps", "beta1", "beta2", "weight_decay",
               "puzzle_emb_lr", "puzzle_emb_weight_decay", "ema", "ema_rate", "freeze_weights",
               "checkpoint_every_eval", "project_name", "run_name", "entity", "checkpoint_path"});
  keys.finish(strange);
  strange.refuse();
  return experiment;
}

}  // namespace trm::experiment
