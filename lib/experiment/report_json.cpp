#include "experiment/report_json.h"

#include <nlohmann/json.hpp>

namespace trm::experiment {
namespace {

using nlohmann::ordered_json;

ordered_json scores_json(const eval::Scores& scores) {
  return {{"exact_accuracy", scores.exact_accuracy},
          {"accuracy", scores.accuracy},
          {"q_halt_accuracy", scores.q_halt_accuracy},
          {"lm_loss", scores.lm_loss},
          {"q_halt_loss", scores.q_halt_loss}};
}

}  // namespace

ordered_json report_json(const eval::Evaluation& evaluation, int64_t depth,
                         const eval::Origin& origin) {
  auto json = scores_json(evaluation.scores);
  json["steps"] = depth;
  json["puzzles"] = evaluation.puzzles;
  json["known_answers"] = evaluation.known;
  json["standard_error"] = evaluation.standard_error();
  json["seconds"] = evaluation.seconds;
  for (const auto& [name, mean] : evaluation.by_task) json[name] = mean;
  json["by_step"] = ordered_json::array();
  for (const auto& scores : evaluation.by_step) json["by_step"].push_back(scores_json(scores));
  json["by_rating"] = ordered_json::array();
  for (const auto& bin : evaluation.by_rating) {
    json["by_rating"].push_back({{"low", bin.low},
                                 {"high", bin.high},
                                 {"puzzles", bin.puzzles},
                                 {"exact_accuracy", bin.exact_accuracy}});
  }
  json["checkpoint"] = origin.checkpoint;
  json["checkpoint_step"] = origin.checkpoint_step;
  json["weights"] = origin.weights;
  json["data"] = origin.data;
  json["data_hash"] = origin.data_hash;
  json["config_hash"] = origin.config_hash;
  json["made_by"] = origin.made_by;
  json["device"] = origin.device;
  json["precision"] = origin.precision;
  return json;
}

}  // namespace trm::experiment
