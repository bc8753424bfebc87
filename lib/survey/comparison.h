#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "survey/run_state.h"

namespace trm::survey {

// Runs side by side: in what their configs differ, and how they stand.
struct Comparison {
  struct Difference {
    std::string key;  // "model.width"
    std::vector<std::optional<std::string>>
        values;  // of each run; nothing where it has no such key
  };
  std::vector<RunState> runs;
  std::vector<Difference> differences;  // keys whose values are not all equal, in a config's order
};

// Error where a folder is no run, or its config cannot be read.
Comparison compare_runs(const std::vector<std::filesystem::path>& runs);

std::string comparison_text(const Comparison& comparison);
nlohmann::ordered_json comparison_json(const Comparison& comparison);

}  // namespace trm::survey
