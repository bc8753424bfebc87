#include "experiment/convert.h"

#include <fmt/format.h>

#include <optional>
#include <sstream>

#include "core/config_dump.h"
#include "core/log.h"
#include "core/printable.h"
#include "core/terminal.h"
#include "experiment/assemble.h"
#include "experiment/metrics.h"
#include "experiment/weights_file.h"
#include "run/run_folder.h"
#include "tensor/tensor_file.h"
#include "tensor/torch_archive.h"

namespace trm::experiment {
namespace {

constexpr const char* kReferencePrefix = "_orig_mod.model.inner.";

// The reference keeps its initial latents in the type of the activations.
Archive in_reference_terms(const Archive& ours, const Experiment& experiment) {
  Archive theirs;
  theirs.where = ours.where;
  for (const auto& [name, value] : ours.tensors) {
    const bool latent = name.ends_with("_init") && experiment.precision == "bfloat16";
    theirs.add(kReferencePrefix + name, latent ? value.to(at::kBFloat16) : value);
  }
  return theirs;
}

WeightsFile from_checkpoint(const run::Checkpoint& checkpoint, const std::string& which) {
  const auto experiment = load_experiment(checkpoint.config());
  auto ours = checkpoint_weights(checkpoint, which);
  ours.where = checkpoint.folder().string();
  WeightsFile file{checkpoint.folder(), in_reference_terms(ours, experiment)};
  file.tensors.metadata[kConfigKey] = dump_config(experiment);
  if (const auto names = puzzle_names(checkpoint))
    file.tensors.metadata[kPuzzlesKey] = names->json();
  return file;
}

// The config goes with a safetensors file; what is nowhere written cannot.
WeightsFile from_file(const fs::path& path, const std::string& which,
                      std::span<const std::string> overrides) {
  auto file = open_weights_file(path, which);
  const bool known = file.tensors.metadata.contains(kConfigKey) || file.has_config_beside();
  if (known || !overrides.empty()) {
    file.tensors.metadata[kConfigKey] = dump_config(file.experiment(overrides));
  }
  if (const auto names = file.puzzle_names()) file.tensors.metadata[kPuzzlesKey] = names->json();
  return file;
}

void save_as_checkpoint(const WeightsFile& file, const Conversion& conversion) {
  auto overrides = data_overrides(conversion.data);
  overrides.insert(overrides.end(), conversion.overrides.begin(), conversion.overrides.end());
  auto experiment = file.experiment(overrides);
  const auto weights = file.weights();
  const auto spec = grid_of(weights, experiment);
  const run::Manifest manifest{
      .step = file.step(),
      .made_by = made_by(),
      .data_hash = "",
      .spec = {{"cells", spec.cells}, {"vocabulary", spec.vocabulary}, {"puzzles", spec.puzzles}}};
  const auto names = file.puzzle_names();
  run::save_checkpoint(
      conversion.to, manifest, dump_config(experiment),
      {{"weights", weights}, {kPuzzlesPart, names ? names->archive() : Archive()}});
}

std::string describe(const std::string& title, const Archive& archive) {
  std::string text = title.empty() ? "" : title + "\n";
  int64_t numbers = 0;
  double bytes = 0;
  for (const auto& [name, value] : archive.tensors) {
    const auto dimensions = value.sizes();
    text += fmt::format("  {:<70} {:<9} [{}]\n", printable(name, 200),
                        c10::toString(value.scalar_type()),
                        fmt::join(dimensions.begin(), dimensions.end(), ", "));
    numbers += value.numel();
    bytes += static_cast<double>(value.nbytes());
  }
  return text + fmt::format("  {} tensors, {} numbers, {}\n", archive.tensors.size(), numbers,
                            human_bytes(bytes));
}

std::string describe_metadata(const std::map<std::string, std::string>& metadata) {
  std::string text;
  for (const auto& [key, value] : metadata) {
    text += fmt::format("  {}:\n", printable(key));
    std::istringstream lines(value);
    for (std::string line; std::getline(lines, line);) {
      text += fmt::format("    {}\n", printable(line, 200));
    }
  }
  return text;
}

std::string describe_file(const TensorFile& file) {
  std::string text;
  for (size_t i = 0; i < file.dicts().size(); ++i) {
    const auto& path = file.dicts()[i].path;
    const auto archive = file.load(i);
    text += describe(path.empty() ? file.where() : file.where() + ": " + path, archive);
    text += describe_metadata(archive.metadata);
  }
  if (!file.others().empty()) text += "besides:\n";
  for (const auto& other : file.others()) text += fmt::format("  {}\n", other);
  return text;
}

}  // namespace

void convert(const Conversion& conversion) {
  if (fs::exists(conversion.to)) {
    throw Error(conversion.to.string() + ": already there; choose another name or remove it first");
  }
  const auto path = weights_file_at(conversion.from);
  if (!path && !conversion.overrides.empty()) {
    throw Error(conversion.overrides.front() +
                ": decides nothing here; a run's weights go with the run's own config");
  }
  const auto file = path ? from_file(*path, conversion.which, conversion.overrides)
                         : from_checkpoint(run::find_checkpoint(conversion.from), conversion.which);
  // what is wrong with them may be what is looked for
  if (const auto fault = fault_of_values(file.tensors)) log_warning(*fault);
  switch (conversion.form) {
    case WeightsForm::kCheckpoint:
      return save_as_checkpoint(file, conversion);
    case WeightsForm::kSafetensors:
      return save_archive(conversion.to, file.tensors);
    case WeightsForm::kTorch:
      return save_torch_archive(conversion.to, file.tensors);
  }
}

std::string describe_weights(const fs::path& path) {
  if (const auto file = weights_file_at(path)) {
    return describe_file(TensorFile(*file));
  }
  const auto checkpoint = run::find_checkpoint(path);
  auto text = fmt::format("{}: step {}, made by {}\n", checkpoint.folder().string(),
                          checkpoint.manifest().step, checkpoint.manifest().made_by);
  for (const char* part : {"weights", "ema", "optimizer", "carry"}) {
    if (checkpoint.has(part)) text += describe(part, checkpoint.load(part));
  }
  return text;
}

}  // namespace trm::experiment
