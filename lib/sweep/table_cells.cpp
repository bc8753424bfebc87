#include "sweep/table_cells.h"

#include <fmt/format.h>

#include <algorithm>

namespace trm::sweep {
namespace {

// Losses as they are, all else in percent.
bool is_share(const std::string& score) { return !score.ends_with("loss"); }

std::string number(const std::string& score, double value) {
  return is_share(score) ? fmt::format("{:.2f}", 100 * value) : fmt::format("{:.4f}", value);
}

std::string p_text(double p) { return p < 1e-4 ? "<0.0001" : fmt::format("{:.4f}", p); }

Cells heads_of_rows() { return {"arm", "score", "n", "mean", "by seed", "difference", "p"}; }

Cells cells_of(const TableRow& row, const Style& style) {
  const auto& score = row.score;
  Cells by_seed;
  for (const auto& [seed, value] : row.values) by_seed.push_back(number(score, value));
  auto mean = row.mean ? number(score, *row.mean) : style.nothing;
  if (row.deviation) mean += style.plus_minus + number(score, *row.deviation);
  auto difference = style.nothing;
  if (row.difference) {
    difference = (*row.difference > 0 ? "+" : "") + number(score, *row.difference);
    if (row.interval)
      difference += fmt::format(" [{}{}{}]", number(score, row.interval->first), style.to,
                                number(score, row.interval->second));
  }
  return {style.name(row.arm),
          style.name(score + (is_share(score) ? " (%)" : "")),
          std::to_string(row.values.size()),
          mean,
          by_seed.empty() ? style.nothing : fmt::format("{}", fmt::join(by_seed, ", ")),
          difference,
          row.p ? p_text(*row.p) : style.nothing};
}

Cells heads_of_runs() { return {"run", "GFLOP", "seconds", "device", "made by", "config"}; }

Cells cells_of(const Facts& run, const Style& style) {
  return {style.name(run.member->name),
          fmt::format("{:.4g}", run.operations / 1e9),
          fmt::format("{:.1f}", run.seconds),
          style.name(run.computed_on()),
          style.name(run.commit),
          run.config_hash.substr(0, 12)};
}

template <class Items>
std::vector<Cells> grid_of(const Cells& heads, const Items& items, const Style& style) {
  std::vector<Cells> cells = {heads};
  for (const auto& item : items) cells.push_back(cells_of(item, style));
  return cells;
}

}  // namespace

std::vector<Cells> grid_of_rows(const Table& table, const Style& style) {
  return grid_of(heads_of_rows(), table.rows, style);
}

std::vector<Cells> grid_of_runs(const Table& table, const Style& style) {
  return grid_of(heads_of_runs(), table.runs, style);
}

std::vector<std::string> remarks_on(const Study& study, const Table& table) {
  const auto& definition = study.definition;
  std::vector<std::string> remarks;
  remarks.push_back(fmt::format(
      "Scores of the {} evaluation {}; mean and standard deviation over n seeds.",
      definition.evaluation,
      definition.step ? fmt::format("after step {}", *definition.step) : "at the run's end"));
  const auto any = [&](const auto& is) {
    return std::any_of(table.rows.begin(), table.rows.end(), is);
  };
  if (any([](const auto& row) { return row.difference.has_value(); }))
    remarks.push_back(fmt::format(
        "Difference to {} over the seeds that both have, with its 95 % interval by Student's t.",
        definition.reference));
  if (any([](const auto& row) { return row.p && !row.over_puzzles; }))
    remarks.emplace_back("p: paired t test over seeds, two-sided, corrected by Holm's rule.");
  if (any([](const auto& row) { return row.over_puzzles; }))
    remarks.emplace_back(
        "p of one seed: McNemar's exact test over puzzles, corrected by Holm's rule.");
  return remarks;
}

}  // namespace trm::sweep
