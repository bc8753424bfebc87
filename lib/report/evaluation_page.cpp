#include "report/evaluation_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "figure/page.h"
#include "figure/scale.h"
#include "format/html.h"
#include "report/charts.h"
#include "report/player.h"

namespace trm::report {
namespace {

using format::escaped_for_html;
using Facts = std::vector<std::pair<std::string, std::string>>;

std::string counted(double value) { return fmt::format("{:.0f}", value); }

std::string headline(const Json& evaluation) {
  const auto exact = percent_at(evaluation, "exact_accuracy");
  if (!exact) return "";
  const auto interval = interval_of(part_at(evaluation, "interval"));
  auto text = fmt::format("<strong>{} %</strong> of ", figure::value_text(*exact));
  const auto known = number_at(evaluation, "known_answers");
  const auto puzzles = known ? known : number_at(evaluation, "puzzles");
  text += puzzles ? counted(*puzzles) + " puzzles" : "the puzzles";
  text += " are solved exactly";
  if (interval)
    text += fmt::format(" (95 % interval: {} to {} %)", figure::value_text(interval->low),
                        figure::value_text(interval->high));
  return "<p class=\"headline\">" + text + "</p>\n";
}

// What has a place of its own on the page, or is no score.
const std::set<std::string>& told_elsewhere() {
  static const std::set<std::string> keys = {
      "exact_accuracy", "interval", "steps",     "puzzles",
      "known_answers",  "seconds",  "converged", "spurious_fixed_points",
      "checkpoint_step"};
  return keys;
}

// Losses as they are, shares as percentages: the tasks' scores are shares.
std::string scores(const Json& evaluation) {
  figure::Table table{.name = "scores", .heads = {"score", "value"}, .rows = {}};
  if (!evaluation.is_object()) return "";
  for (const auto& [key, part] : evaluation.items()) {
    const auto value = number_at(evaluation, key);
    if (!value || told_elsewhere().contains(key)) continue;
    const bool share = !key.ends_with("loss") && *value >= 0 && *value <= 1;
    table.rows.push_back({words_of(key), share ? figure::value_text(100 * *value) + " %"
                                               : figure::value_text(*value)});
  }
  Facts facts;
  const auto fact = [&](const char* key, const char* name, const char* unit) {
    const auto value = number_at(evaluation, key);
    if (value) facts.emplace_back(name, figure::value_text(*value) + unit);
  };
  fact("puzzles", "puzzles", "");
  fact("known_answers", "with a known answer", "");
  fact("steps", "supervision steps", "");
  fact("seconds", "time", " s");
  auto body = figure::html_facts(facts);
  if (!table.rows.empty()) body += figure::html_table(table);
  return body;
}

std::string failures(const std::vector<Outcome>& outcomes) {
  const auto counts = count_mistakes(outcomes);
  if (counts.empty()) return "";
  int64_t wrong = 0;
  for (const auto& count : counts) wrong += count.puzzles;
  figure::Table table{
      .name = "failures by kind", .heads = {"kind", "puzzles", "share"}, .rows = {}};
  for (const auto& count : counts) {
    const auto share = 100 * static_cast<double>(count.puzzles) / static_cast<double>(wrong);
    table.rows.push_back(
        {count.name, std::to_string(count.puzzles), fmt::format("{:.1f} %", share)});
  }
  return "<section>\n<h2>Failures by kind</h2>\n" + figure::html_table(table) +
         figure::html_note(
             fmt::format("Wrong are {} of the {} puzzles of this page.", wrong, outcomes.size())) +
         "</section>\n";
}

std::string origin(const Json& evaluation) {
  Facts facts;
  for (const char* key : {"checkpoint", "checkpoint_step", "weights", "data", "data_hash",
                          "config_hash", "made_by", "device", "precision"}) {
    const auto& part = part_at(evaluation, key);
    if (part.is_string()) {
      facts.emplace_back(words_of(key), part.get<std::string>());
    } else if (const auto number = number_at(evaluation, key)) {
      facts.emplace_back(words_of(key), counted(*number));
    }
  }
  if (facts.empty()) return "";
  return "<section>\n<h2>Origin</h2>\n" + figure::html_facts(facts) + "</section>\n";
}

}  // namespace

std::string evaluation_page(const std::string& title, const Json& evaluation,
                            const data::Task& task, std::span<const Played> puzzles) {
  std::vector<Outcome> outcomes;
  for (const auto& puzzle : puzzles) outcomes.push_back(outcome_of(puzzle, task));
  std::string body = "<h1>" + escaped_for_html(title) + "</h1>\n";
  body += headline(evaluation) + scores(evaluation);
  if (!puzzles.empty()) body += player_section(task, puzzles, outcomes);
  body += failures(outcomes) + step_charts(evaluation) + depth_charts(evaluation) +
          breadth_charts(evaluation) + group_charts(evaluation) + selection_charts(evaluation) +
          compute_charts(evaluation) + calibration_charts(evaluation) + origin(evaluation);
  return figure::html_page(title, body,
                           {player_style(), puzzles.empty() ? std::string() : player_script()});
}

}  // namespace trm::report
