// What depth, breadth and the choice of an answer make of the same trajectories.

#include <map>

#include "figure/bars.h"
#include "figure/chart.h"
#include "figure/page.h"
#include "report/chart_parts.h"
#include "report/charts.h"

namespace trm::report {
namespace {

// Exact accuracy by every selection, against one number.
class SelectionChart {
 public:
  SelectionChart(const std::string& title, const std::string& x_label) {
    chart_.title = title;
    chart_.x = {.label = x_label, .logarithmic = true};
    chart_.y = {.label = kExact, .unit = " %"};
  }

  void add(double x, const Json& selections) {
    if (!selections.is_object()) return;
    auto& ticks = chart_.x.ticks;
    if (ticks.empty() || x > ticks.back()) ticks.push_back(x);
    for (const auto& [name, scores] : selections.items()) {
      const auto exact = percent_at(scores, "exact_accuracy");
      if (!exact) continue;
      const auto [place, added] = places_.emplace(name, chart_.curves.size());
      if (added) chart_.curves.push_back({words_of(name), words_of(name), place->second, {}});
      chart_.curves[place->second].points.push_back(
          point_of(x, *exact, interval_of(part_at(scores, "interval"))));
    }
  }

  // A section of its own; empty where there is nothing in it.
  std::string text(const std::string& heading) const {
    if (chart_.curves.empty()) return "";
    return section(heading,
                   side_by_side(figure::chart_figure(chart_)) + figure::html_note(kBandNote));
  }

 private:
  figure::Chart chart_;
  std::map<std::string, size_t> places_;
};

}  // namespace

std::string depth_charts(const Json& evaluation) {
  SelectionChart chart("exact accuracy against the most supervision steps", "supervision steps");
  const auto& depths = part_at(evaluation, "by_depth");
  if (!depths.is_array()) return "";
  for (const auto& at : depths) {
    if (const auto depth = number_at(at, "depth")) chart.add(*depth, part_at(at, "selections"));
  }
  return chart.text("By depth");
}

std::string breadth_charts(const Json& evaluation) {
  SelectionChart chart("exact accuracy against trajectories, at the last depth",
                       "trajectories of a puzzle");
  const auto& breadths = part_at(evaluation, "by_breadth");
  if (!breadths.is_array() || breadths.size() < 2) return "";
  for (const auto& at : breadths) {
    const auto breadth = number_at(at, "breadth");
    const auto& depths = part_at(at, "by_depth");
    if (breadth && depths.is_array() && !depths.empty())
      chart.add(*breadth, part_at(depths.back(), "selections"));
  }
  return chart.text("By breadth");
}

std::string selection_charts(const Json& evaluation) {
  const auto& selections = part_at(evaluation, "selections");
  figure::BarChart chart{.title = "exact accuracy by the answer that is taken",
                         .label = kExact,
                         .unit = " %",
                         .most = 100,
                         .bars = {}};
  figure::Table table{.name = "selections",
                      .heads = {"answer", "exact accuracy", "95 % interval", "accuracy"},
                      .rows = {}};
  if (!selections.is_object()) return "";
  for (const auto& [name, scores] : selections.items()) {
    const auto exact = percent_at(scores, "exact_accuracy");
    if (!exact) continue;
    const auto interval = interval_of(part_at(scores, "interval"));
    chart.bars.push_back({words_of(name), *exact, interval, ""});
    table.rows.push_back({words_of(name), percent_text(exact), interval_text(interval),
                          percent_text(percent_at(scores, "accuracy"))});
  }
  if (chart.bars.empty()) return "";
  return section("Which answer is taken",
                 side_by_side(figure::bar_figure(chart) + figure::html_table(table)));
}

}  // namespace trm::report
