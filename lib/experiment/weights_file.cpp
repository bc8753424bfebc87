#include "experiment/weights_file.h"

#include <fmt/format.h>

#include <charconv>

#include "core/config_dump.h"
#include "core/config_read.h"
#include "core/printable.h"
#include "experiment/from_reference.h"
#include "experiment/known_puzzles.h"
#include "reference/infer_model.h"
#include "reference/weights_choice.h"
#include "run/checkpoint_folders.h"

namespace trm::experiment {
namespace {

namespace fs = std::filesystem;

constexpr const char* kReferenceConfig = "all_config.yaml";
constexpr int64_t kBatch = 64;  // for evaluation, where nothing says another

// N of "step_N" and "step_N.pt".
std::optional<int64_t> step_of(const fs::path& path) {
  const auto name = path.stem().string();
  constexpr std::string_view kStep = "step_";
  if (!name.starts_with(kStep)) return std::nullopt;
  int64_t step = 0;
  const auto* end = name.data() + name.size();
  const auto result = std::from_chars(name.data() + kStep.size(), end, step);
  return result.ec == std::errc() && result.ptr == end ? std::optional(step) : std::nullopt;
}

// Whether an override sets this key or a map around it.
bool sets(const std::string& override, const std::string& key) {
  const auto name = override.substr(0, override.find('='));
  return key == name || key.starts_with(name + ".");
}

// Overrides edit our config, whatever kind of file it came from.
Experiment edited(const Experiment& experiment, const std::string& name,
                  std::span<const std::string> overrides) {
  return read_experiment(parse_config(dump_config(experiment), name, overrides));
}

Experiment inferred(const WeightsFile& file, std::span<const std::string> overrides) {
  std::vector<std::string> needed, missing;
  Experiment experiment;
  experiment.model = reference::infer_model(file.weights(), needed);
  experiment.train.batch = kBatch;
  experiment.train.steps = 1;
  for (const auto& key : needed) {
    const auto set = [&](const std::string& override) { return sets(override, key); };
    if (std::none_of(overrides.begin(), overrides.end(), set)) missing.push_back(key);
  }
  if (!missing.empty()) {
    throw Error(
        fmt::format("{}: no {} beside it, and its tensors do not say {}; put that file there, "
                    "or give them as key=value",
                    file.path.string(), kReferenceConfig, joined(missing)));
  }
  return edited(experiment, file.path.string(), overrides);
}

}  // namespace

std::optional<fs::path> weights_file_at(const fs::path& path) {
  if (run::names_best(path)) return std::nullopt;
  if (fs::is_regular_file(path)) return path;
  if (!fs::is_regular_file(path / kReferenceConfig)) return std::nullopt;
  std::optional<fs::path> newest;
  for (const auto& entry : fs::directory_iterator(path)) {
    const auto step = step_of(entry.path());
    if (step && entry.is_regular_file() && (!newest || *step > *step_of(*newest)))
      newest = entry.path();
  }
  if (!newest) throw Error(path.string() + ": a reference's run folder without a step_N in it");
  return newest;
}

WeightsFile open_weights_file(const fs::path& path, const std::string& which) {
  auto chosen = reference::choose_weights(TensorFile(path), which);
  return {path, std::move(chosen.tensors), chosen.which};
}

Archive WeightsFile::weights() const {
  auto archive = reference::by_our_names(tensors);
  archive.where = path.string();
  return archive;
}

int64_t WeightsFile::step() const { return step_of(path).value_or(0); }

bool WeightsFile::has_config_beside() const {
  return fs::exists(path.parent_path() / kReferenceConfig);
}

std::optional<data::PuzzleNames> WeightsFile::puzzle_names() const {
  const auto ours = weights();
  const auto* table = ours.find("puzzle_emb.weights");
  if (!table || table->dim() != 2) return std::nullopt;
  if (const auto names = tensors.metadata.find(kPuzzlesKey); names != tensors.metadata.end())
    return data::PuzzleNames::from_json(names->second, path.string(), table->size(0));
  if (tensors.metadata.contains(kConfigKey) || !has_config_beside()) return std::nullopt;
  return names_in(experiment({}).data, table->size(0));
}

Experiment WeightsFile::experiment(std::span<const std::string> overrides) const {
  if (const auto config = tensors.metadata.find(kConfigKey); config != tensors.metadata.end()) {
    return read_experiment(parse_config(config->second, path.string(), overrides));
  }
  if (!has_config_beside()) return inferred(*this, overrides);
  const auto beside = path.parent_path() / kReferenceConfig;
  return edited(experiment_from_reference(load_config(beside)), beside.string(), overrides);
}

GridSpec grid_of(const Archive& weights, Experiment& experiment) {
  const auto rows_of = [&](const torch::Tensor& table, const char* name) {
    if (table.dim() != 2) throw Error(fmt::format("{}: {} is no matrix", weights.where, name));
    return table.size(0);
  };
  constexpr auto kTokens = "embed_tokens.embedding_weight", kPuzzles = "puzzle_emb.weights";
  const auto stored = data::Dataset::open(experiment.data.path, "test")->info();
  auto& task = experiment.data.task;
  if (!data::fits(task, stored)) task = data::task_that_fits(stored);
  const auto info = open_examples(experiment.data, "test").data->info();  // a canvas may be smaller
  const auto* puzzles = weights.find(kPuzzles);
  return {info.cells, rows_of(weights.at(kTokens), kTokens),
          puzzles ? rows_of(*puzzles, kPuzzles) : info.puzzle_ids};
}

std::optional<std::string> fault_of_values(const Archive& weights) {
  for (const auto& [name, value] : weights.tensors) {
    if (value.is_floating_point() && !value.isfinite().all().item<bool>()) {
      return fmt::format(
          "{}: {} has values that are not finite; the run that made it went wrong, "
          "use an earlier checkpoint",
          weights.where, printable(name));
    }
  }
  return std::nullopt;
}

void check_finite(const Archive& weights) {
  if (const auto fault = fault_of_values(weights)) throw Error(*fault);
}

}  // namespace trm::experiment
