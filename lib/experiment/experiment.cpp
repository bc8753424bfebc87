#include "experiment/experiment.h"

#include "core/config_dump.h"
#include "core/config_read.h"

namespace trm::experiment {
namespace {

void check(const Experiment& e, const std::string& where) {
  const auto fail = [&](const std::string& text) { throw Error(where + ": " + text); };
  if (e.data.path.empty())
    fail("data.path: no value; name a data folder, or make one with trm-data");
  if (e.train.steps.has_value() == e.train.epochs.has_value()) {
    fail("train.steps: give either train.steps or train.epochs, not " +
         std::string(e.train.steps ? "both" : "neither"));
  }
  if (e.train.eval_steps && e.train.eval_epochs) {
    fail("train.eval_steps: give either train.eval_steps or train.eval_epochs, not both");
  }
  if (e.train.micro_batch.value_or(1) > e.train.batch) {
    fail("train.micro_batch: " + std::to_string(*e.train.micro_batch) +
         " rows do not fit into a batch of " + std::to_string(e.train.batch));
  }
}

}  // namespace

Experiment load_experiment(const std::filesystem::path& path,
                           std::span<const std::string> overrides) {
  auto experiment = read_config<Experiment>(load_config(path, overrides));
  check(experiment, path.string());
  return experiment;
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

Compute resolve_compute(Experiment& experiment) {
  const auto compute = choose_compute(experiment.device, experiment.precision, experiment.threads);
  experiment.device = compute.device.is_cuda() ? "cuda" : "cpu";
  experiment.precision = compute.precision == at::kBFloat16 ? "bfloat16" : "float32";
  experiment.threads = compute.threads;
  return compute;
}

}  // namespace trm::experiment
