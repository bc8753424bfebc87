#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tensor/archive.h"

namespace trm::run {

// A checkpoint is a folder: config.yaml, one safetensors file for each part, and manifest.json,
// written last, with the format number, the step and the SHA-256 of every other file. It appears
// whole or not at all.
inline constexpr int64_t kFormat = 2;

struct Manifest {
  int64_t format = kFormat;
  int64_t step = 0;
  int64_t log_bytes = 0;                // length of metrics.jsonl when it was saved
  std::string made_by;                  // "trm 0.1.0 (commit)"
  std::string data_hash;                // of the training split
  std::string test_hash = {};           // of the test split; empty in older checkpoints
  std::map<std::string, int64_t> spec;  // cells, vocabulary, puzzles: what the model was built for
};

// A part to save: weights, ema, optimizer, carry, sums.
struct Part {
  std::string name;
  const Archive& tensors;
};

void save_checkpoint(const std::filesystem::path& folder, const Manifest& manifest,
                     const std::string& config_yaml, const std::vector<Part>& parts);

class Checkpoint {
 public:
  // Verifies every file against the manifest before anything is used; Error naming the file.
  explicit Checkpoint(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return folder_; }
  const Manifest& manifest() const { return manifest_; }
  std::filesystem::path config() const { return folder_ / "config.yaml"; }
  bool has(const std::string& part) const;
  Archive load(const std::string& part) const;

 private:
  std::filesystem::path folder_;
  Manifest manifest_;
};

bool is_checkpoint(const std::filesystem::path& folder);

}  // namespace trm::run
