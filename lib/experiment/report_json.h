#pragma once

#include <nlohmann/json_fwd.hpp>

#include "eval/report.h"

namespace trm::experiment {

// An evaluation for programs; docs/evaluation.md says what the keys are. `depth`: supervision steps
// of a trajectory. What is not known, as a share of no puzzle, is null.
nlohmann::ordered_json report_json(const eval::Evaluation& evaluation, int64_t depth,
                                   const eval::Origin& origin);

}  // namespace trm::experiment
