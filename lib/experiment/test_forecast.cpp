#include "experiment/test_forecast.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/terminal.h"
#include "experiment/planned_step.h"

namespace trm::experiment {

TestForecast::TestForecast(const Experiment& experiment, const model::Model& model,
                           const Puzzles& puzzles)
    : all_puzzles_(puzzles.test->examples()) {
  puzzles_ = std::min(all_puzzles_, experiment.evaluate.limit.value_or(all_puzzles_));
  const auto plan = plan::plan_step(planned_step(experiment), model);
  steps_a_puzzle_ = plan.evaluation_operations / plan.operations;
}

void TestForecast::trained(double steps_per_second) {
  if (steps_per_second > 0) by_training_ = steps_a_puzzle_ / steps_per_second;
}

void TestForecast::evaluated(const eval::Evaluation& evaluation) {
  if (evaluation.puzzles > 0)
    by_evaluating_ = evaluation.seconds / static_cast<double>(evaluation.puzzles);
}

std::optional<double> TestForecast::seconds() const {
  const auto of_puzzle = by_evaluating_ ? by_evaluating_ : by_training_;
  if (!of_puzzle) return std::nullopt;
  return *of_puzzle * static_cast<double>(puzzles_);
}

bool TestForecast::is_long() const {
  constexpr double kLong = 120;
  return seconds().value_or(0) > kLong;
}

std::string TestForecast::text() const {
  auto text =
      puzzles_ == all_puzzles_
          ? fmt::format("all {} test puzzles", puzzles_)
          : fmt::format("the first {} of {} test puzzles (evaluate.limit)", puzzles_, all_puzzles_);
  if (const auto time = seconds()) text += ", about " + human_seconds(*time);
  return text;
}

}  // namespace trm::experiment
