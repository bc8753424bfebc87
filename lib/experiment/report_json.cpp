#include "experiment/report_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace trm::experiment {
namespace {

using nlohmann::ordered_json;

// JSON has no infinities.
ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

ordered_json interval_json(const Interval& interval) { return {interval.low, interval.high}; }

ordered_json scores_json(const eval::Scores& scores) {
  ordered_json json = {{"exact_accuracy", number(scores.exact_accuracy)},
                       {"accuracy", number(scores.accuracy)}};
  for (const auto& [name, mean] : scores.metrics) json[name] = number(mean);
  return json;
}

ordered_json bins_json(const std::vector<eval::Bin>& bins) {
  auto list = ordered_json::array();
  for (const auto& bin : bins) {
    list.push_back({{"low", bin.low},
                    {"high", bin.high},
                    {"puzzles", bin.puzzles},
                    {"exact_accuracy", bin.exact_accuracy()},
                    {"interval", interval_json(bin.interval())}});
  }
  return list;
}

ordered_json selections_json(const eval::DepthScore& at) {
  ordered_json json;
  for (const auto& score : at.selections) {
    json[std::string(eval::name_of(score.selection))] = {
        {"exact_accuracy", number(score.exact_accuracy)},
        {"interval", interval_json(score.interval)},
        {"accuracy", number(score.accuracy)}};
  }
  return json;
}

ordered_json depths_json(const std::vector<eval::DepthScore>& by_depth) {
  auto list = ordered_json::array();
  for (const auto& at : by_depth)
    list.push_back({{"depth", at.depth}, {"selections", selections_json(at)}});
  return list;
}

ordered_json compute_json(const eval::Evaluation& evaluation) {
  constexpr double kGiga = 1e-9;
  const auto gflop = [&](double steps) {
    return number(steps * evaluation.step_operations * kGiga);
  };
  ordered_json json = {{"mean_steps", number(evaluation.mean_steps)},
                       {"gflop_per_puzzle", gflop(evaluation.mean_steps)},
                       {"curve", ordered_json::array()}};
  for (const auto& stop : evaluation.curve) {
    json["curve"].push_back({{"rule", stop.rule == eval::Halt::kQ ? "q" : "converged"},
                             {"threshold", stop.threshold},
                             {"mean_steps", number(stop.mean_steps)},
                             {"gflop_per_puzzle", gflop(stop.mean_steps)},
                             {"exact_accuracy", number(stop.exact_accuracy)},
                             {"interval", interval_json(stop.interval)}});
  }
  return json;
}

ordered_json calibration_json(const eval::Calibration& calibration) {
  ordered_json json = {{"brier", number(calibration.brier)},
                       {"expected_error", number(calibration.expected_error)},
                       {"bins", ordered_json::array()}};
  for (const auto& range : calibration.ranges) {
    json["bins"].push_back({{"low", range.low},
                            {"high", range.high},
                            {"puzzles", range.puzzles},
                            {"mean", number(range.mean)},
                            {"share", number(range.share)}});
  }
  return json;
}

void add_origin(ordered_json& json, const eval::Origin& origin) {
  json["checkpoint"] = origin.checkpoint;
  json["checkpoint_step"] = origin.checkpoint_step;
  json["weights"] = origin.weights;
  json["data"] = origin.data;
  json["data_hash"] = origin.data_hash;
  json["config_hash"] = origin.config_hash;
  json["made_by"] = origin.made_by;
  json["device"] = origin.device;
  json["precision"] = origin.precision;
}

}  // namespace

ordered_json report_json(const eval::Evaluation& evaluation, int64_t depth,
                         const eval::Origin& origin) {
  auto json = scores_json(evaluation.scores);
  json["interval"] = interval_json(evaluation.interval());
  json["steps"] = depth;
  json["puzzles"] = evaluation.puzzles;
  json["known_originals"] = evaluation.originals;
  json["known_answers"] = evaluation.known;
  json["standard_error"] = evaluation.standard_error();
  json["seconds"] = evaluation.seconds;
  for (const auto& [name, mean] : evaluation.by_task) json[name] = number(mean);
  json["by_step"] = ordered_json::array();
  for (const auto& scores : evaluation.by_step) json["by_step"].push_back(scores_json(scores));
  json["by_rating"] = bins_json(evaluation.by_rating);
  json["by_size"] = {{"name", evaluation.size_name}, {"bins", bins_json(evaluation.by_size)}};
  json["selections"] = selections_json(evaluation.by_depth().back());
  json["by_depth"] = depths_json(evaluation.by_depth());
  json["by_breadth"] = ordered_json::array();
  for (const auto& at : evaluation.by_breadth)
    json["by_breadth"].push_back({{"breadth", at.breadth}, {"by_depth", depths_json(at.by_depth)}});
  json["compute"] = compute_json(evaluation);
  json["calibration"] = calibration_json(evaluation.calibration);
  json["changed_by_step"] = ordered_json::array();
  for (const double share : evaluation.changed_by_step)
    json["changed_by_step"].push_back(number(share));
  json["converged"] = number(evaluation.converged);
  json["spurious_fixed_points"] = number(evaluation.spurious_fixed_points);
  add_origin(json, origin);
  return json;
}

}  // namespace trm::experiment
