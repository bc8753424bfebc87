#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "data/puzzle_names.h"
#include "experiment/experiment.h"

namespace trm::experiment {

// A file of weights outside our run folders: a state dict that a reference program saved (step_N,
// with its all_config.yaml beside it), one of another program in which such a state dict lies, or
// one that trm-convert wrote (safetensors with our config in it, or a .pt file).
struct WeightsFile {
  std::filesystem::path path;
  Archive tensors;               // as the file names them
  std::string which = "stored";  // of a file that has both: "ema" (averaged) or "raw"

  // The tensors by our names (reference/weights_choice.h).
  Archive weights() const;
  // Whether a reference's all_config.yaml lies beside it.
  bool has_config_beside() const;
  // N of a file step_N or step_N.pt; 0 for other names.
  int64_t step() const;
  // Of the rows of its puzzle table: from its metadata, or, of a reference's, from the data folder
  // that its all_config.yaml names, where that is there and has as many. Nothing else.
  std::optional<data::PuzzleNames> puzzle_names() const;
  // The run that it is from: the config in it, else the all_config.yaml beside it, else what names
  // and shapes say, and then the overrides have to say the rest (Error naming what is missing).
  Experiment experiment(std::span<const std::string> overrides) const;
};
WeightsFile open_weights_file(const std::filesystem::path& path, const std::string& which = "ema");

// The file that a path names: itself, or the newest step_N of a reference's run folder; nothing
// where it is a folder of ours.
std::optional<std::filesystem::path> weights_file_at(const std::filesystem::path& path);

// The key of a safetensors file's metadata that has our config.
inline constexpr const char* kConfigKey = "trm.config";

// And the one that has the names of its puzzles, as JSON.
inline constexpr const char* kPuzzlesKey = "trm.puzzles";

// The grid of the model that they are of: tokens and puzzles by its tables, cells by the
// experiment's data, whose task becomes one that fits them.
GridSpec grid_of(const Archive& weights, Experiment& experiment);

// What is wrong with the first tensor that has a value which is no number or infinite, or nothing;
// and the same as an Error.
std::optional<std::string> fault_of_values(const Archive& weights);
void check_finite(const Archive& weights);

}  // namespace trm::experiment
