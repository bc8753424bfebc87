#pragma once

#include <filesystem>
#include <map>
#include <optional>
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
  int64_t log_bytes = 0;    // length of metrics.jsonl when it was saved
  int64_t event_bytes = 0;  // of its event file; 0 where that is to be made anew
  // In steps of training up to here, of all processes; nothing in older checkpoints.
  std::optional<double> compute_seconds = {};
  std::string made_by;                  // "trm 0.1.0 (commit)"
  std::string data_hash;                // of the training split
  std::string test_hash = {};           // of the test split; empty in older checkpoints
  std::map<std::string, int64_t> spec;  // cells, vocabulary, puzzles: what the model was built for
  // The evaluation at this step: whether it is still to be done, and its line of metrics.jsonl once
  // it is. A run stopped while it evaluates does it again.
  bool evaluates = false;
  std::string evaluation = {};
};

// A part to save: weights, ema, optimizer, carry, sums.
struct Part {
  std::string name;
  const Archive& tensors;
};

// Writes it, reads it back and compares every byte; Error when the disk kept others. A folder in
// the way is set aside.
void save_checkpoint(const std::filesystem::path& folder, const Manifest& manifest,
                     const std::string& config_yaml, const std::vector<Part>& parts);

// Notes the evaluation that a checkpoint was saved before, and the lengths of the logs after its
// line.
void note_evaluation(const std::filesystem::path& folder, const std::string& line,
                     int64_t log_bytes, int64_t event_bytes);

// Gives a damaged checkpoint another name, which is returned: it counts as nothing from then on.
std::filesystem::path set_aside(const std::filesystem::path& folder);

class Checkpoint {
 public:
  // Verifies every file against the manifest before anything is used; Error naming the file, also
  // where the system cannot read it.
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
