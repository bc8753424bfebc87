#pragma once

#include <algorithm>
#include <filesystem>

#include "core/config_read.h"
#include "reference/config.h"
#include "tests/golden/ledger.h"
#include "tests/golden_folder.h"

namespace trm {

// The reference's training cases in the folder and its `extra`.
inline std::vector<fs::path> golden_cases() {
  std::vector<fs::path> found;
  for (const auto& folder : {golden_folder(), golden_folder() / "extra"}) {
    if (!fs::exists(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".safetensors") found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  INFO("golden cases in " << golden_folder());
  REQUIRE_FALSE(found.empty());
  return found;
}

inline double number_in(const ConfigNode& map, const std::string& key) {
  double value = 0;
  const auto* node = map.find(key);
  if (!node) map.fail(key, "missing");
  read_scalar(*node, key, {}, value);
  return value;
}

// One case: three steps of training as the reference's program made them.
struct GoldenCase {
  std::string name;
  GoldenFile file;
  ConfigNode arch;   // arch and config as the reference's all_config.yaml has them: one map
  ConfigNode hyper;  // the training's keys
  GridSpec spec;
  int64_t rows, total_steps;

  explicit GoldenCase(const fs::path& path) : name(path.stem().string()), file(path) {
    const auto json = fs::path(path).replace_extension(".json");
    const auto tree = parse_config(read_text(json), json.string());
    for (const char* key : {"arch", "config", "hyper"}) {
      if (!tree.find(key)) tree.fail(key, "missing");
    }
    arch = *tree.find("arch");
    const auto& config = *tree.find("config");
    arch.entries.insert(arch.entries.end(), config.entries.begin(), config.entries.end());
    hyper = *tree.find("hyper");
    const auto count = [&](const char* key) {
      return static_cast<int64_t>(number_in(config, key));
    };
    spec = {count("seq_len"), count("vocab_size"), count("num_puzzle_identifiers")};
    rows = count("batch_size");
    total_steps = static_cast<int64_t>(number_in(hyper, "total_steps"));
  }

  // Of the TRM repository: averaged weights. The HRM repository's cases have none.
  bool of_trm() const {
    const auto* of = arch.find("name");
    return of && of->scalar.starts_with("recursive_reasoning.");
  }

  // The case's tensors under `prefix` by our names: the reference's less "model.inner.".
  Archive named(const std::string& prefix) {
    Archive archive;
    archive.where = name + ".safetensors";
    const auto full = prefix + "model.inner.";
    for (const auto& key : file.group(full)) archive.add(key, file.at(full + key));
    return archive;
  }

  Batch batch(int64_t index) {
    const auto prefix = "batch" + std::to_string(index) + ".";
    return {file.at(prefix + "inputs").clone(), file.at(prefix + "labels").clone(),
            file.at(prefix + "puzzle_identifiers").clone(), rows};
  }

  std::shared_ptr<model::Model> model(at::ScalarType precision = at::kFloat) {
    auto built = std::make_shared<model::Model>(
        reference::model_from(arch), spec, Compute{.device = torch::kCPU, .precision = precision},
        uint64_t{0});
    model::load_weights(*built, named("init."));
    return built;
  }

  std::shared_ptr<loss::TokenLoss> token_loss() const {
    return reference::token_loss_from(arch).create<loss::TokenLoss>();
  }

  // Of each of so many shards.
  std::vector<std::shared_ptr<train::Objective>> objectives(int64_t shards) const {
    std::vector<std::shared_ptr<train::Objective>> made;
    for (int64_t i = 0; i < shards; ++i) {
      made.push_back(train::AnyObjective().create<train::Objective>(
          train::ObjectiveContext{token_loss(), rows, 0}));
    }
    return made;
  }

  train::OptimConfig optim() const {
    auto config = reference::optim_from(hyper);
    if (of_trm()) config.ema = number_in(hyper, "ema_rate");
    return config;
  }
};

template <class Run>
void each_golden_case(const Run& run) {
  for (const auto& path : golden_cases()) {
    GoldenCase golden(path);
    run(golden);
  }
}

}  // namespace trm
