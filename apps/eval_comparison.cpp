#include "apps/eval_comparison.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "eval/comparison.h"
#include "experiment/report_json.h"

namespace trm::apps {
namespace {

using nlohmann::ordered_json;

std::vector<double> scores_of(const std::vector<EvaluatedRun>& runs) {
  std::vector<double> scores;
  for (const auto& run : runs) scores.push_back(run.result.scores.exact_accuracy);
  return scores;
}

// f(first, second, comparison) for every pair.
template <class F>
void each_pair(const std::vector<EvaluatedRun>& runs, const F& f) {
  for (size_t i = 0; i < runs.size(); ++i) {
    for (size_t j = i + 1; j < runs.size(); ++j) {
      f(runs[i], runs[j], eval::compared(runs[i].result, runs[j].result, runs[i].puzzles.examples));
    }
  }
}

}  // namespace

std::string comparison_text(const std::vector<EvaluatedRun>& runs) {
  auto text =
      std::string("\nonly the first, only the second, difference of exact accuracy, 95 %\n");
  each_pair(runs, [&](const auto& a, const auto& b, const eval::Comparison& c) {
    text += fmt::format("  {} against {}: {}, {}; {:+.2f} points, {:+.2f} to {:+.2f}; p {:.4f}\n",
                        a.name, b.name, c.only_first, c.only_second, 100 * c.difference,
                        100 * c.interval.low, 100 * c.interval.high, c.p);
  });
  const auto scores = scores_of(runs);
  text += fmt::format("{} runs: mean {:.2f} %, standard deviation {:.2f}\n", runs.size(),
                      100 * mean_of(scores), 100 * deviation_of(scores).value_or(0));
  return text;
}

ordered_json comparison_json(const std::vector<EvaluatedRun>& runs) {
  ordered_json json = {{"runs", ordered_json::array()}, {"comparison", ordered_json::array()}};
  for (const auto& run : runs)
    json["runs"].push_back(experiment::report_json(run.result, run.depth, run.origin));
  each_pair(runs, [&](const auto& a, const auto& b, const eval::Comparison& c) {
    json["comparison"].push_back({{"first", a.name},
                                  {"second", b.name},
                                  {"puzzles", c.puzzles},
                                  {"both", c.both},
                                  {"only_first", c.only_first},
                                  {"only_second", c.only_second},
                                  {"neither", c.neither},
                                  {"difference", c.difference},
                                  {"interval", {c.interval.low, c.interval.high}},
                                  {"p", c.p},
                                  {"solved_by_first", c.solved_by_first},
                                  {"solved_by_second", c.solved_by_second}});
  });
  const auto scores = scores_of(runs);
  json["spread"] = {{"n", scores.size()}, {"mean", mean_of(scores)}, {"sd", nullptr}};
  if (const auto sd = deviation_of(scores)) json["spread"]["sd"] = *sd;
  return json;
}

}  // namespace trm::apps
