#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/experiment.h"

namespace trm::survey {

// A key that does not have one value in all of some configs.
struct ConfigDifference {
  std::string key;                                 // "model.width"
  std::vector<std::optional<std::string>> values;  // of each; nothing where it has no such key
};

// All such keys, in the order of the first config that has them.
std::vector<ConfigDifference> differences_of(const std::vector<experiment::Experiment>& configs);

}  // namespace trm::survey
