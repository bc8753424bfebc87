#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "experiment/same_run.h"
#include "sweep/members.h"

namespace trm::sweep {

// What a run was made with, as its folder tells; empty where that says nothing.
struct Facts {
  const Member* member = nullptr;
  std::string commit = {};  // "trm 0.1.0 (commit 1234abcd)"; several, where several trained it
  std::string libtorch = {}, processor = {}, device = {}, precision = {};
  std::string data_hash = {};  // of training and test split
  std::string config_hash = {};
  double seconds = 0;     // of computing
  double operations = 0;  // of matrix products, FLOP

  std::string computed_on() const {  // "cpu float32"
    return device + (device.empty() ? "" : " ") + precision;
  }
};
Facts facts_of(const Member& member);
// The same of any run folder, without `member` and `operations`, which are a study's.
Facts facts_of_run(const std::filesystem::path& run);

// By the manifest of a run's newest checkpoint, whose files' own hashes are not asked for; nothing
// where it has none.
std::optional<experiment::DataHashes> data_hashes_of(const std::filesystem::path& run);

// In what runs differ that the study does not name, a line each: commit, LibTorch, processor;
// device, precision and data among runs whose configs name the same.
std::vector<std::string> differences_of(const std::vector<Facts>& runs);

}  // namespace trm::sweep
