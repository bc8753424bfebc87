#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "survey/config_differences.h"
#include "survey/run_state.h"

namespace trm::survey {

// Runs side by side: in what their configs differ, and how they stand.
struct Comparison {
  std::vector<RunState> runs;
  std::vector<ConfigDifference> differences;
};

// Error where a folder is no run, or its config cannot be read.
Comparison compare_runs(const std::vector<std::filesystem::path>& runs);

std::string comparison_text(const Comparison& comparison);
nlohmann::ordered_json comparison_json(const Comparison& comparison);

}  // namespace trm::survey
