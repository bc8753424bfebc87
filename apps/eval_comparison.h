#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "apps/eval_run.h"

namespace trm::apps {

// Several runs on the same puzzles: each pair, puzzle by puzzle, and the spread of their scores.
// Error where they are of other puzzles.
std::string comparison_text(const std::vector<EvaluatedRun>& runs);

// {runs: [...], comparison: [{first, second, puzzles, both, only_first, only_second, neither,
// difference, interval, p, solved_by_first, solved_by_second}], spread: {n, mean, sd}}; `runs` are
// the JSON of each.
nlohmann::ordered_json comparison_json(const std::vector<EvaluatedRun>& runs);

}  // namespace trm::apps
