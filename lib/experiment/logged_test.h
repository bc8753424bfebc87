#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "eval/evaluator.h"
#include "experiment/experiment.h"

namespace trm::experiment {

// The last line of a run's log: the test of its chosen weights, with what else decides its numbers,
// and two of its scores after each supervision step, from the first on, as lists:
// "test/exact_accuracy_by_step" and "test/accuracy_by_step".
nlohmann::ordered_json test_line(int64_t step, int64_t weights_of_step,
                                 const eval::Evaluation& test, const Experiment& experiment);

// Whether a line of the log is the test of a run that has come to `step`, evaluated as the config
// says.
bool is_final_test(const nlohmann::json& line, int64_t step, const Experiment& experiment);

// The test that a log has already of these weights, evaluated as it would be now; its scores of the
// last supervision step alone. Nothing where there is none.
std::optional<eval::Evaluation> logged_test(const std::filesystem::path& log, int64_t step,
                                            int64_t weights_of_step, const Experiment& experiment);

// Such lines behind a place of the log, of no later step: where the run had ended before it was
// continued with more steps. Cutting the log to a checkpoint takes them, and they are put back.
std::vector<nlohmann::ordered_json> tests_behind(const std::filesystem::path& log, int64_t bytes,
                                                 int64_t step);

}  // namespace trm::experiment
