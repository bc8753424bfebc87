#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "bench/run_cost.h"
#include "core/terminal.h"

namespace trm::bench {
namespace {

std::string row(const char* name, const std::string& text) {
  return fmt::format("{:<20} {}\n", name, text);
}

// "12.3 ms" where human_seconds shows too little of it.
std::string short_time(double seconds) {
  return seconds < 1 ? fmt::format("{:.3g} ms", 1e3 * seconds) : human_seconds(seconds);
}

std::string evaluations_text(const RunCost& cost) {
  const auto test = cost.test_puzzles == cost.all_test_puzzles
                        ? fmt::format("all {} test puzzles", cost.test_puzzles)
                        : fmt::format("the first {} of {} test puzzles (evaluate.limit)",
                                      cost.test_puzzles, cost.all_test_puzzles);
  if (cost.evaluations == 0) return "at the end, of " + test;
  if (cost.validation_puzzles == 0)
    return fmt::format("{} and one at the end, of {} each", cost.evaluations, test);
  return fmt::format("{} of {} validation puzzles; at the end, of {}", cost.evaluations,
                     cost.validation_puzzles, test);
}

// Where a step needs more than is free.
std::string next_move(const RunCost& cost) {
  if (cost.fitting_shards) return fmt::format("set train.shards={}", *cost.fitting_shards);
  return "even with one row a shard; lower model.width or train.batch";
}

std::string memory_text(const RunCost& cost) {
  const auto& step = cost.step;
  auto text = fmt::format("{} ({} program, {} state, {} activations, {} gaps)",
                          human_bytes(step.memory_bytes()), human_bytes(step.process_bytes),
                          human_bytes(step.state_bytes), human_bytes(step.activation_bytes),
                          human_bytes(step.gap_bytes));
  if (!cost.free_bytes) return text;
  text += fmt::format("; {} are free{}", human_bytes(static_cast<double>(*cost.free_bytes)),
                      cost.device.empty() ? "" : " on " + cost.device);
  if (!cost.fits) return text + ": too little, " + next_move(cost);
  if (cost.fitting_shards.value_or(cost.shards) < cost.shards)
    return text + fmt::format("; train.shards={} fits and is faster", *cost.fitting_shards);
  return text;
}

std::string time_text(const RunCost& cost) {
  if (!cost.step_seconds) return "not measured; --time trains a few steps and says";
  const double training = cost.training_seconds(), evaluations = cost.evaluation_seconds();
  return fmt::format("{}: training {} ({} a step), evaluations {} ({} a puzzle)",
                     human_seconds(training + evaluations), human_seconds(training),
                     short_time(*cost.step_seconds), human_seconds(evaluations),
                     short_time(*cost.puzzle_seconds));
}

}  // namespace

std::string cost_text(const RunCost& cost) {
  const auto& step = cost.step;
  const auto steps = static_cast<double>(cost.steps);
  const auto puzzles = static_cast<double>(cost.evaluated_puzzles());
  return row("data", fmt::format("{} of {} groups to train on", cost.groups, cost.all_groups)) +
         row("steps", std::to_string(cost.steps)) + row("evaluations", evaluations_text(cost)) +
         row("parameters", fmt::format("{} ({})", step.parameters,
                                       human_count(static_cast<double>(step.parameters)))) +
         row("puzzle embedding",
             fmt::format("{} rows, {} numbers", cost.puzzle_ids, step.puzzle_numbers)) +
         row("matrix products",
             fmt::format("{}FLOP a step, {}FLOP to train, {}FLOP to evaluate",
                         human_count(step.operations), human_count(step.operations * steps),
                         human_count(step.evaluation_operations * puzzles))) +
         row("memory", memory_text(cost)) + row("time", time_text(cost));
}

std::string memory_advice(const RunCost& cost) {
  const auto text = fmt::format(
      "out of memory: a step of train.shards={} needs about {}, and {} are free on {}; ",
      cost.shards, human_bytes(cost.step.memory_bytes()),
      human_bytes(static_cast<double>(cost.free_bytes.value_or(0))), cost.device);
  if (!cost.fits) return text + next_move(cost);
  // Less than the plan says was too little: for a part of the batch, or for an evaluation.
  return text +
         fmt::format("set more train.shards, as {}, or a lower evaluate.batch{}", 2 * cost.shards,
                     cost.replays ? ", or train.graph=off: a replayed step keeps its memory" : "");
}

nlohmann::ordered_json cost_json(const RunCost& cost) {
  const auto& step = cost.step;
  nlohmann::ordered_json json = {{"steps", cost.steps},
                                 {"parameters", step.parameters},
                                 {"puzzle_embedding_numbers", step.puzzle_numbers},
                                 {"evaluations", cost.evaluations},
                                 {"validation_puzzles", cost.validation_puzzles},
                                 {"test_puzzles", cost.test_puzzles},
                                 {"all_test_puzzles", cost.all_test_puzzles},
                                 {"step_operations", step.operations},
                                 {"puzzle_evaluation_operations", step.evaluation_operations},
                                 {"memory_bytes", static_cast<int64_t>(step.memory_bytes())},
                                 {"free_memory_bytes", nullptr},
                                 {"fitting_shards", nullptr}};
  if (cost.free_bytes) json["free_memory_bytes"] = *cost.free_bytes;
  if (cost.fitting_shards) json["fitting_shards"] = *cost.fitting_shards;
  if (cost.step_seconds) {
    json["step_seconds"] = *cost.step_seconds;
    json["puzzle_evaluation_seconds"] = *cost.puzzle_seconds;
    json["training_seconds"] = cost.training_seconds();
    json["evaluation_seconds"] = cost.evaluation_seconds();
  }
  return json;
}

}  // namespace trm::bench
