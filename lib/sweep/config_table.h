#pragma once

#include <string>
#include <utility>
#include <vector>

#include "experiment/experiment.h"
#include "figure/page.h"

namespace trm::sweep {

// The keys that do not have the same value in all configs, a line each with a column a config;
// empty where one has no such key.
figure::Table differing_keys(
    const std::vector<std::pair<std::string, experiment::Experiment>>& configs);

}  // namespace trm::sweep
