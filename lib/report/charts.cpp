#include "report/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "figure/bars.h"
#include "figure/chart.h"
#include "figure/page.h"
#include "report/chart_parts.h"

namespace trm::report {
namespace {

// Of bins with a lowest and a highest value: "17 to 20", or the one value.
std::string bin_name(const Json& bin) {
  const auto low = number_at(bin, "low"), high = number_at(bin, "high");
  if (!low || !high) return "";
  if (*low == *high) return figure::value_text(*low);
  return figure::value_text(*low) + " to " + figure::value_text(*high);
}

std::string count_text(const Json& json) {
  const auto puzzles = number_at(json, "puzzles");
  return puzzles ? "of " + figure::value_text(*puzzles) : "";
}

std::string bin_figure(const Json& bins, const std::string& by) {
  figure::BarChart chart{
      .title = "exact accuracy by " + by, .label = kExact, .unit = " %", .most = 100, .bars = {}};
  for (const auto& bin : bins) {
    const auto exact = percent_at(bin, "exact_accuracy");
    const auto name = bin_name(bin);
    if (exact && !name.empty())
      chart.bars.push_back({name, *exact, interval_of(part_at(bin, "interval")), count_text(bin)});
  }
  return chart.bars.empty() ? "" : figure::bar_figure(chart);
}

// Shares that a list of objects has, by key, as curves over 1, 2, ...
std::string share_chart(const Json& by_step, const std::string& title) {
  figure::Chart chart{.title = title,
                      .x = {.label = "supervision steps of a puzzle", .whole = true},
                      .y = {.label = "%", .unit = " %"},
                      .curves = {}};
  if (!by_step.is_array() || by_step.empty() || !by_step[0].is_object()) return "";
  for (const auto& [key, unused] : by_step[0].items()) {
    if (key.ends_with("loss")) continue;
    figure::Curve curve{
        .name = words_of(key), .label = words_of(key), .colour = chart.curves.size(), .points = {}};
    for (size_t step = 0; step < by_step.size(); ++step) {
      const auto value = percent_at(by_step[step], key);
      if (value && *value >= 0 && *value <= 100)
        curve.points.push_back(point_of(static_cast<double>(step) + 1, *value,
                                        key == "exact_accuracy"
                                            ? interval_of(part_at(by_step[step], "interval"))
                                            : std::nullopt));
    }
    if (!curve.points.empty()) chart.curves.push_back(std::move(curve));
  }
  return chart.curves.empty() ? "" : figure::chart_figure(chart);
}

std::string changed_chart(const Json& changed) {
  figure::Chart chart{.title = "puzzles whose answer changed at a step",
                      .x = {.label = "supervision step", .whole = true},
                      .y = {.label = "of all puzzles, %", .unit = " %"},
                      .curves = {{.name = "changed", .colour = 0, .points = {}}}};
  if (!changed.is_array()) return "";
  for (size_t step = 0; step < changed.size(); ++step) {
    if (changed[step].is_number())
      chart.curves[0].points.push_back(
          point_of(static_cast<double>(step) + 1, 100 * changed[step].get<double>(), {}));
  }
  return chart.curves[0].points.empty() ? "" : figure::chart_figure(chart);
}

std::string cost_chart(const Json& curve, const std::string& key, const std::string& label) {
  figure::Chart chart{.title = "exact accuracy against " + label,
                      .x = {.label = label},
                      .y = {.label = kExact, .unit = " %"},
                      .curves = {}};
  for (const auto& at : curve) {
    const auto x = number_at(at, key), exact = percent_at(at, "exact_accuracy");
    const auto& rule = part_at(at, "rule");
    if (!x || !exact || !rule.is_string()) continue;
    const auto& name = rule.get_ref<const std::string&>();
    auto found = std::find_if(chart.curves.begin(), chart.curves.end(),
                              [&](const auto& known) { return known.name == name; });
    if (found == chart.curves.end())
      found = chart.curves.insert(
          found,
          figure::Curve{.name = name, .label = name, .colour = chart.curves.size(), .points = {}});
    found->points.push_back(point_of(*x, *exact, interval_of(part_at(at, "interval"))));
  }
  for (auto& each : chart.curves) {
    std::stable_sort(each.points.begin(), each.points.end(),
                     [](const auto& a, const auto& b) { return a.x < b.x; });
  }
  return chart.curves.empty() ? "" : figure::chart_figure(chart);
}

}  // namespace

std::string step_charts(const Json& evaluation) {
  const auto figures =
      share_chart(part_at(evaluation, "by_step"), "scores after each supervision step") +
      changed_chart(part_at(evaluation, "changed_by_step"));
  std::vector<std::pair<std::string, std::string>> facts;
  for (const char* key : {"converged", "spurious_fixed_points"}) {
    if (const auto share = percent_at(evaluation, key))
      facts.emplace_back(words_of(key), percent_text(share));
  }
  return section("By supervision step", side_by_side(figures) + figure::html_facts(facts));
}

std::string group_charts(const Json& evaluation) {
  const auto& size = part_at(evaluation, "by_size");
  const auto& name = part_at(size, "name");
  const auto figures =
      bin_figure(part_at(evaluation, "by_rating"), "rating") +
      bin_figure(part_at(size, "bins"), name.is_string() ? name.get<std::string>() : "size");
  return section("By rating and size",
                 side_by_side(figures) +
                     (figures.empty() ? ""
                                      : figure::html_note("The thin line over a bar is the 95 % "
                                                          "interval.")));
}

std::string compute_charts(const Json& evaluation) {
  const auto& compute = part_at(evaluation, "compute");
  const auto& curve = part_at(compute, "curve");
  std::vector<std::pair<std::string, std::string>> facts;
  if (const auto steps = number_at(compute, "mean_steps"))
    facts.emplace_back("steps a puzzle", figure::value_text(*steps));
  if (const auto cost = number_at(compute, "gflop_per_puzzle"))
    facts.emplace_back("GFLOP a puzzle", figure::value_text(*cost));
  std::string figures;
  figure::Table table{.name = "accuracy against compute",
                      .heads = {"rule", "threshold", "mean steps", "GFLOP a puzzle",
                                "exact accuracy", "95 % interval"},
                      .rows = {}};
  if (curve.is_array()) {
    figures = cost_chart(curve, "mean_steps", "mean supervision steps") +
              cost_chart(curve, "gflop_per_puzzle", "GFLOP a puzzle");
    for (const auto& at : curve) {
      const auto text = [&](const char* key) {
        const auto value = number_at(at, key);
        return value ? figure::value_text(*value) : "";
      };
      const auto& rule = part_at(at, "rule");
      table.rows.push_back({rule.is_string() ? rule.get<std::string>() : "", text("threshold"),
                            text("mean_steps"), text("gflop_per_puzzle"),
                            percent_text(percent_at(at, "exact_accuracy")),
                            interval_text(interval_of(part_at(at, "interval")))});
    }
  }
  auto body = figure::html_facts(facts) + side_by_side(figures);
  if (!figures.empty()) {
    body += figure::html_note(
        "q: a puzzle is done when its halting value is above the threshold; converged: when its "
        "answer no longer changes. " +
        std::string(kBandNote));
    body += "<details><summary>the points of the curves</summary>\n" + figure::html_table(table) +
            "</details>\n";
  }
  return section("Against compute", body);
}

std::string calibration_charts(const Json& evaluation) {
  const auto& calibration = part_at(evaluation, "calibration");
  std::vector<std::pair<std::string, std::string>> facts;
  for (const auto& [key, name] :
       {std::pair("brier", "Brier score"), {"expected_error", "expected calibration error"}}) {
    if (const auto value = number_at(calibration, key))
      facts.emplace_back(name, figure::value_text(*value));
  }
  figure::Chart chart{.title = "share of right answers against the halting value",
                      .x = {.label = "halting value, %", .unit = " %", .range = kPercent},
                      .y = {.label = "right, %", .unit = " %", .range = kPercent},
                      .curves = {{.name = "puzzles", .colour = 0, .points = {}}},
                      .diagonal = true};
  figure::BarChart counts{
      .title = "puzzles by halting value", .label = "puzzles", .colour = 1, .bars = {}};
  const auto& bins = part_at(calibration, "bins");
  if (bins.is_array()) {
    for (const auto& bin : bins) {
      const auto mean = percent_at(bin, "mean"), share = percent_at(bin, "share");
      const auto low = percent_at(bin, "low"), high = percent_at(bin, "high");
      const auto puzzles = number_at(bin, "puzzles");
      if (mean && share && puzzles.value_or(1) > 0)
        chart.curves[0].points.push_back(point_of(*mean, *share, {}));
      if (low && high && puzzles)
        counts.bars.push_back({figure::value_text(*low) + " to " + figure::value_text(*high) + " %",
                               *puzzles,
                               {},
                               ""});
    }
  }
  std::string figures;
  if (!chart.curves[0].points.empty()) figures += figure::chart_figure(chart);
  if (!counts.bars.empty()) figures += figure::bar_figure(counts);
  return section("Calibration of the halting value",
                 figure::html_facts(facts) + side_by_side(figures) +
                     (figures.empty() ? ""
                                      : figure::html_note("On the dashed line a model is right as "
                                                          "often as it says.")));
}

}  // namespace trm::report
