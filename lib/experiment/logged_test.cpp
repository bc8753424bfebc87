#include "experiment/logged_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "core/config_dump.h"
#include "experiment/metrics.h"
#include "format/json_lines.h"

namespace trm::experiment {
namespace {

using nlohmann::ordered_json;

constexpr const char* kSearch = "test/search";
constexpr const char* kWeights = "weights_of_step";  // that only such lines have

// Of an evaluation's line; what else stands there are scores of the task.
constexpr std::string_view kOwn[] = {
    "puzzles",       "seconds",         "exact_accuracy", "accuracy", "q_halt_accuracy",
    "lm_loss",       "q_halt_loss",     "depth",          "limit",    "compatible",
    "known_answers", "known_originals", "search"};

// What the numbers of a test depend on besides weights and data.
ordered_json settings_of(const Experiment& e) {
  ordered_json settings = {{"test/depth", evaluation_depth(e)},
                           {"test/limit", nullptr},
                           {"test/compatible", e.evaluate.compatible}};
  if (e.evaluate.limit) settings["test/limit"] = *e.evaluate.limit;
  // All that is not as usual; nothing is what lines of before it stand for.
  auto usual = eval::SearchConfig{}, search = e.evaluate.search;
  usual.depth = search.depth;
  ConfigWriter there, here;
  usual.fields(there);
  search.fields(here);
  std::map<std::string, std::string> values;
  for (const auto& line : there.lines()) values[line.path] = line.value;
  std::string changed;
  for (const auto& line : here.lines()) {
    if (values[line.path] != line.value)
      changed += fmt::format("{}{}={}", changed.empty() ? "" : " ", line.path, line.value);
  }
  settings[kSearch] = changed;
  return settings;
}

template <class Json>
bool is_of(const Json& line, const ordered_json& settings) {
  for (const auto& [key, value] : settings.items()) {
    if (key == kSearch && value == "" && !line.contains(key)) continue;
    if (!line.contains(key) || line[key] != Json(value)) return false;
  }
  return true;
}

std::optional<eval::Evaluation> evaluation_of(const ordered_json& line) {
  constexpr double kUnknown = 0;
  const auto number = [&](const std::string& name) {
    const auto value = line.find("test/" + name);
    return value != line.end() && value->is_number() ? value->get<double>() : kUnknown;
  };
  eval::Evaluation test;
  test.puzzles = static_cast<int64_t>(number("puzzles"));
  test.known = line.contains("test/known_answers") ? static_cast<int64_t>(number("known_answers"))
                                                   : test.puzzles;
  test.originals = line.contains("test/known_originals")
                       ? static_cast<int64_t>(number("known_originals"))
                       : test.known;
  test.seconds = number("seconds");
  test.scores = {.exact_accuracy = number("exact_accuracy"),
                 .accuracy = number("accuracy"),
                 .metrics = {{"q_halt_accuracy", number("q_halt_accuracy")},
                             {"lm_loss", number("lm_loss")},
                             {"q_halt_loss", number("q_halt_loss")}}};
  for (const auto& [key, value] : line.items()) {
    const auto name = key.starts_with("test/") ? key.substr(5) : "";
    const bool known =
        std::find(std::begin(kOwn), std::end(kOwn), std::string_view(name)) != std::end(kOwn);
    if (!name.empty() && !known && value.is_number()) test.by_task.push_back({name, value});
  }
  return test.puzzles > 0 ? std::optional(test) : std::nullopt;
}

}  // namespace

ordered_json test_line(int64_t step, int64_t weights_of_step, const eval::Evaluation& test,
                       const Experiment& experiment) {
  auto line = evaluation_line(step, "test/", test);
  // After each supervision step.
  auto exact = ordered_json::array(), cells = ordered_json::array();
  for (const auto& scores : test.by_step) {
    exact.push_back(scores.exact_accuracy);
    cells.push_back(scores.accuracy);
  }
  line["test/exact_accuracy_by_step"] = std::move(exact);
  line["test/accuracy_by_step"] = std::move(cells);
  line.update(settings_of(experiment));
  if (line[kSearch] == "") line.erase(kSearch);
  line[kWeights] = weights_of_step;
  return line;
}

bool is_final_test(const nlohmann::json& line, int64_t step, const Experiment& experiment) {
  auto settings = settings_of(experiment);
  settings["step"] = step;
  return line.is_object() && line.contains(kWeights) && is_of(line, settings);
}

std::optional<eval::Evaluation> logged_test(const std::filesystem::path& log, int64_t step,
                                            int64_t weights_of_step, const Experiment& experiment) {
  auto settings = settings_of(experiment);
  settings["step"] = step;
  settings[kWeights] = weights_of_step;
  std::ifstream file(log);
  std::optional<eval::Evaluation> found;
  format::each_json_line<ordered_json>(file, [&](const ordered_json& line) {
    if (is_of(line, settings)) found = evaluation_of(line);
  });
  return found;
}

std::vector<ordered_json> tests_behind(const std::filesystem::path& log, int64_t bytes,
                                       int64_t step) {
  std::vector<ordered_json> tests;
  std::ifstream file(log);
  file.seekg(bytes);
  format::each_json_line<ordered_json>(file, [&](ordered_json line) {
    if (!line.contains(kWeights) || !line.contains("step")) return;
    if (line["step"].is_number_integer() && line["step"] <= step) tests.push_back(std::move(line));
  });
  return tests;
}

}  // namespace trm::experiment
