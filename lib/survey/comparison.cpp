#include "survey/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/file.h"
#include "core/printable.h"

namespace trm::survey {
namespace {

using nlohmann::ordered_json;
using Row = std::vector<std::string>;

constexpr size_t kMostValue = 60;  // characters

// What of the scores says how good a run is, rather than how it was evaluated.
bool is_result(const std::string& score) {
  const auto name = score.substr(score.find('/') + 1);
  for (const char* setting : {"puzzles", "known_answers", "depth", "limit"}) {
    if (name == setting) return false;
  }
  return true;
}

std::string score_text(const std::map<std::string, double>& scores, const std::string& score) {
  const auto found = scores.find(score);
  return found == scores.end() ? "-" : fmt::format("{:.4f}", found->second);
}

// Columns as wide as they have to be, the first to the left.
std::string table(const std::vector<Row>& rows) {
  std::vector<size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = fmt::format("  {:<{}}", row[0], widths[0]);
    for (size_t i = 1; i < row.size(); ++i) line += fmt::format("  {:>{}}", row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

template <class Cell>
Row row_of(const std::string& name, const Comparison& comparison, const Cell& cell) {
  Row row = {name};
  for (const auto& run : comparison.runs) row.push_back(cell(run));
  return row;
}

}  // namespace

Comparison compare_runs(const std::vector<fs::path>& runs) {
  Comparison comparison;
  std::vector<experiment::Experiment> configs;
  for (const auto& run : runs) {
    configs.push_back(experiment::read_experiment(load_config(experiment::config_file_at(run))));
    comparison.runs.push_back(state_of(run));
  }
  comparison.differences = differences_of(configs);
  return comparison;
}

std::string comparison_text(const Comparison& comparison) {
  std::vector<Row> rows = {row_of(
      "", comparison, [](const RunState& run) { return printable(run.run.string(), kMostValue); })};
  for (const auto& [key, values] : comparison.differences) {
    Row row = {key};
    for (const auto& value : values) row.push_back(value ? printable(*value, kMostValue) : "-");
    rows.push_back(std::move(row));
  }
  rows.push_back(row_of("", comparison, [](const RunState&) { return std::string(); }));
  rows.push_back(row_of("state", comparison, [](const RunState& run) { return run.state; }));
  rows.push_back(row_of("step", comparison, [](const RunState& run) {
    return fmt::format("{}/{}", run.step, run.steps ? std::to_string(*run.steps) : "?");
  }));
  rows.push_back(row_of("seconds of computing", comparison,
                        [](const RunState& run) { return fmt::format("{:.1f}", run.seconds); }));
  rows.push_back(row_of("best step", comparison, [](const RunState& run) {
    return run.best ? std::to_string(run.best->step) : "-";
  }));
  std::set<std::string> scores;
  for (const auto& run : comparison.runs) {
    for (const auto& [score, value] : run.scores) {
      if (is_result(score)) scores.insert(score);
    }
  }
  for (const auto& score : scores) {
    rows.push_back(row_of(score, comparison,
                          [&](const RunState& run) { return score_text(run.scores, score); }));
  }
  const auto count = comparison.differences.size();
  return table(rows) + (count == 0 ? std::string("the configs do not differ\n")
                                   : fmt::format("{} keys of the configs differ\n", count));
}

ordered_json comparison_json(const Comparison& comparison) {
  auto differences = ordered_json::object();
  for (const auto& [key, values] : comparison.differences) {
    auto list = ordered_json::array();
    for (const auto& value : values)
      list.push_back(value ? ordered_json(*value) : ordered_json(nullptr));
    differences[key] = std::move(list);
  }
  return {{"runs", states_json(comparison.runs)}, {"differences", std::move(differences)}};
}

}  // namespace trm::survey
