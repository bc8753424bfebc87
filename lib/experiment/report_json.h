#pragma once

#include <nlohmann/json_fwd.hpp>

#include "eval/report.h"

namespace trm::experiment {

// An evaluation for programs: exact_accuracy, accuracy, q_halt_accuracy, lm_loss, q_halt_loss,
// steps (supervision steps of a puzzle), puzzles, standard_error, seconds, by_step, by_rating, the
// task's scores and the origin.
nlohmann::ordered_json report_json(const eval::Evaluation& evaluation, int64_t depth,
                                   const eval::Origin& origin);

}  // namespace trm::experiment
