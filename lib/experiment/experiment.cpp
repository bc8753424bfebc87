#include "experiment/experiment.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/config_dump.h"
#include "core/config_read.h"
#include "core/log.h"
#include "reference/config.h"
#include "tensor/gpu_choice.h"

namespace trm::experiment {
namespace {

// Where the last of some keys was set: by file or override; the file where none of them was.
std::string origin_of(const ConfigNode& tree, const std::string& file,
                      std::initializer_list<const char*> keys) {
  const ConfigNode* last = nullptr;
  for (const char* key : keys) {
    const auto* node = find_path(tree, key);
    if (node && (!last || node->layer > last->layer)) last = node;
  }
  return last ? last->origin : file;
}

model::Motion motion_of(model::AnyCore core) {
  return core.visit([](const auto& config) { return model::Motion(config.motion); });
}

// What crosses components, all mistakes together.
void check(const Experiment& e, const ConfigNode& tree, const std::string& file) {
  std::vector<std::string> faults;
  // About the first of the keys.
  const auto fault = [&](std::initializer_list<const char*> keys, const std::string& text) {
    faults.push_back(fmt::format("{}: {}: {}", origin_of(tree, file, keys), *keys.begin(), text));
  };
  if (e.data.path.empty())
    fault({"data.path"}, "no value; name a data folder, or make one with trm-data");
  if (e.train.steps.has_value() == e.train.epochs.has_value()) {
    fault({"train.steps", "train.epochs"},
          fmt::format("give either train.steps or train.epochs, not {}",
                      e.train.steps ? "both" : "neither"));
  }
  if (e.train.eval_steps && e.train.eval_epochs) {
    fault({"train.eval_steps", "train.eval_epochs"},
          "give either train.eval_steps or train.eval_epochs, not both");
  }
  if (e.train.shards.value_or(1) > e.train.batch) {
    fault({"train.shards", "train.batch"},
          fmt::format("{} shards of a batch of {} rows", *e.train.shards, e.train.batch));
  }
  if (!is_device(e.device)) {
    fault({"device"}, fmt::format("no '{}'; known: auto, cpu, cuda, cuda:N", e.device));
  }
  ConfigFindings findings;
  ConfigReader::attempt(findings, [&] { search_of(e, motion_of(e.model.core)); });
  if (!faults.empty()) fail_together(faults);
  findings.check();
}

bool has_attention(const std::vector<nn::LayerConfig>& layers) {
  return std::any_of(layers.begin(), layers.end(),
                     [](const auto& layer) { return layer.mixer.template holds<nn::Attention>(); });
}

bool lacks_positions(const model::ModelConfig& model) {
  auto layers = model.layers;
  if (model.core.holds<model::Hrm>()) {
    const auto& more = model.core.get<model::Hrm>().H_layers;
    layers.insert(layers.end(), more.begin(), more.end());
  }
  const auto* input = &model.input.get<model::GridInput>();
  return has_attention(layers) && input->positions == "none";
}

// Before there were shards, train.micro_batch gave the rows of a part, and null was usual.
void renew_micro_batch(ConfigNode& tree, std::vector<std::string>& notes) {
  auto* train = tree.find("train");
  const auto* old = train ? train->find("micro_batch") : nullptr;
  if (!old || train->find("shards")) return;
  int64_t rows = 0, batch = TrainConfig().batch;
  const bool given = old->kind != ConfigNode::Kind::kNull;
  if (given) read_scalar(*old, "train.micro_batch", {.min = 1}, rows);
  if (const auto* node = train->find("batch")) read_scalar(*node, "train.batch", {.min = 1}, batch);
  auto shards = *old;
  if (given) {
    shards.scalar = std::to_string((batch + rows - 1) / rows);
    notes.push_back(fmt::format("train.micro_batch: {} rows at once of {} are train.shards={} now",
                                rows, batch, shards.scalar));
  }
  std::erase_if(train->entries, [](const auto& entry) { return entry.first == "micro_batch"; });
  train->entries.emplace_back("shards", shards);
}

}  // namespace

Experiment read_experiment(ConfigNode tree, std::vector<std::string>* notes) {
  std::vector<std::string> renewed;
  renew_micro_batch(tree, renewed);
  auto experiment = read_config<Experiment>(tree, notes);
  if (notes) notes->insert(notes->begin(), renewed.begin(), renewed.end());
  return experiment;
}

Experiment load_experiment(const std::filesystem::path& path,
                           std::span<const std::string> overrides,
                           std::vector<std::string>* notes) {
  const auto tree = load_config(path, overrides);
  reference::refuse_config(tree);
  std::vector<std::string> found;
  auto experiment = read_experiment(tree, &found);
  check(experiment, tree, path.string());
  if (notes) {
    *notes = found;
  } else {
    for (const auto& note : found) log_info(note);
  }
  return experiment;
}

std::vector<std::string> doubts_about(const Experiment& experiment) {
  std::vector<std::string> doubts;
  const auto& model = experiment.model;
  if (lacks_positions(model)) {
    doubts.push_back(
        "model.input.positions: none, and attention cannot tell cells apart without them; set "
        "model.input.positions=rotary");
  }
  if (model.core.holds<model::MultiZ>()) {
    const auto& core = model.core.get<model::MultiZ>();
    if (core.latents > core.L_cycles) {
      doubts.push_back(fmt::format(
          "model.core.latents: {}, and a cycle of {} updates reaches the first {} alone; set "
          "model.core.L_cycles={}",
          core.latents, core.L_cycles, core.L_cycles, core.latents));
    }
  }
  return doubts;
}

std::filesystem::path config_file_at(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return path;
  if (std::filesystem::exists(path / "manifest.json")) {
    throw Error(path.string() +
                ": a checkpoint; name its run, or a config with init.from=" + path.string());
  }
  if (!std::filesystem::exists(path / "config.yaml")) {
    throw Error(path.string() + ": no run in it, no config.yaml; name a config or a run folder");
  }
  return path / "config.yaml";
}

std::vector<std::string> data_overrides(const std::string& folder) {
  if (folder.empty()) return {};
  return {"data.path=" + quoted_if_needed(folder), "data.more=[]", "data.test=[]"};
}

int64_t evaluation_depth(const Experiment& experiment) {
  return eval::depth_of(experiment.evaluate.search, experiment.model.halting.max_steps);
}

eval::Search search_of(const Experiment& experiment, const model::Motion& own) {
  return eval::search_of(experiment.evaluate.search, experiment.model.halting.max_steps, own,
                         static_cast<uint64_t>(experiment.seed));
}

Compute resolve_compute(Experiment& experiment) {
  const auto compute = choose_compute(experiment.device, experiment.precision, experiment.threads);
  if (experiment.device == "auto") experiment.device = compute.device.is_cuda() ? "cuda" : "cpu";
  experiment.precision = compute.precision == at::kBFloat16 ? "bfloat16" : "float32";
  experiment.threads = compute.threads;
  return compute;
}

}  // namespace trm::experiment
