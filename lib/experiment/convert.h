#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "tensor/archive.h"

namespace trm::experiment {

enum class WeightsForm { kCheckpoint, kSafetensors, kTorch };

struct Conversion {
  std::filesystem::path from;  // a run or checkpoint of ours, or a file of weights
  std::filesystem::path to;    // must not be there
  WeightsForm form;
  std::string which = "ema";  // of a checkpoint, or a file that has both: ema or raw
  std::string data = {};      // a data folder, for the grid of a checkpoint made from a file
  std::span<const std::string> overrides = {};  // of the config, where the file says too little
};

// Writes the weights in another form. The names are the reference's, "_orig_mod.model.inner." in
// front; tensors of a file keep theirs, and their types and bits. From a checkpoint of ours the
// initial latents get the type of its activations, as the reference has them. A safetensors file
// carries our config, where it is known. Weights that are not finite are converted with a warning.
void convert(const Conversion& conversion);

// Every tensor of a file, checkpoint or run: name, type, shape; then sums, and the metadata.
std::string describe_weights(const std::filesystem::path& path);

}  // namespace trm::experiment
