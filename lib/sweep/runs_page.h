#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sweep/comparison.h"

namespace trm::sweep {

// A run folder of trm-train as it is compared with others.
struct ComparedRun {
  std::filesystem::path folder;
  std::string state = {};   // "running", "done", ..., where that is known
  std::string remark = {};  // why it failed
};

// Runs as a page shows them, a curve each, by the names of their folders, or by their whole paths
// where names are the same. What cannot be read of a run is a flag and stops nothing; Error where a
// folder is no run at all.
Comparison comparison_of(const std::vector<ComparedRun>& runs);

}  // namespace trm::sweep
