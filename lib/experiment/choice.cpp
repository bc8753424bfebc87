#include "experiment/choice.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/config_read.h"
#include "experiment/metrics.h"

namespace trm::experiment {
namespace {

const std::string kPrefix = "validation/";

run::Score score_of(const std::string& name) { return {kPrefix + name, !name.ends_with("loss")}; }

}  // namespace

std::vector<std::string> score_names(const Experiment& experiment, const Puzzles& puzzles,
                                     std::string_view split) {
  eval::Evaluation nothing;
  const auto objective =
      experiment.train.objective.create<train::Objective>(train::ObjectiveContext{});
  for (const auto& name : objective->metrics()) nothing.scores.metrics.push_back({name, 0});
  const bool test = split == "test";
  const auto& data = test ? *puzzles.test : *puzzles.train;
  const auto examples =
      test ? eval::first_examples(data, std::nullopt) : puzzles.validation_examples;
  nothing.by_task = puzzles.task->scorer({data, examples})->report().scores;
  const auto line = evaluation_line(0, kPrefix, nothing);
  std::vector<std::string> names;
  for (const auto& [key, value] : line.items()) {
    if (!key.starts_with(kPrefix)) continue;
    auto name = key.substr(kPrefix.size());
    if (name != "puzzles" && name != "seconds") names.push_back(std::move(name));
  }
  return names;
}

std::vector<run::Score> scores_that_choose(const Experiment& experiment, const Puzzles& puzzles) {
  const auto& best = experiment.train.best;
  const auto known = score_names(experiment, puzzles, "validation");
  if (std::find(known.begin(), known.end(), best) == known.end()) {
    throw Error("train.best: no score '" + best + "' of a validation set; known: " + joined(known));
  }
  return choosing_scores(best);
}

std::vector<run::Score> choosing_scores(const std::string& best) {
  return {score_of(best), score_of("accuracy"), score_of("lm_loss")};
}

}  // namespace trm::experiment
