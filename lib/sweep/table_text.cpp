#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "core/terminal.h"
#include "sweep/table.h"

namespace trm::sweep {
namespace {

using nlohmann::ordered_json;
using Cells = std::vector<std::string>;

// Losses as they are, all else in percent.
bool is_share(const std::string& score) { return !score.ends_with("loss"); }

std::string number(const std::string& score, double value) {
  return is_share(score) ? fmt::format("{:.2f}", 100 * value) : fmt::format("{:.4f}", value);
}

std::string p_text(double p) { return p < 1e-4 ? "<0.0001" : fmt::format("{:.4f}", p); }

// How a format writes what is not letters.
struct Style {
  std::string plus_minus, to, nothing;
  std::string (*name)(const std::string&);
};

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
          style.name(run.device + " " + run.precision),
          style.name(run.commit),
          run.config_hash.substr(0, 12)};
}

// What the columns mean, for the tables that are here.
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

std::string lines_of(const std::vector<Cells>& cells) {
  std::vector<size_t> widths(cells.front().size());
  // Bytes and columns are the same but for the sign between mean and deviation.
  const auto columns = [](const std::string& text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) >> 6) != 2;
    }));
  };
  for (const auto& line : cells) {
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], columns(line[i]));
  }
  std::string text;
  for (const auto& line : cells) {
    std::string row;
    for (size_t i = 0; i < line.size(); ++i)
      row += "  " + line[i] + std::string(widths[i] - columns(line[i]), ' ');
    text += row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

template <class Items>
std::vector<Cells> grid_of(const Cells& heads, const Items& items, const Style& style) {
  std::vector<Cells> cells = {heads};
  for (const auto& item : items) cells.push_back(cells_of(item, style));
  return cells;
}

std::string as_text(const Study& study, const Table& table) {
  const Style style{" ± ", ", ", "-", [](const std::string& name) { return name; }};
  std::string text;
  if (!study.definition.question.empty()) text += study.definition.question + "\n";
  if (!study.definition.hypothesis.empty())
    text += "Hypothesis: " + study.definition.hypothesis + "\n";
  if (!text.empty()) text += "\n";
  text += lines_of(grid_of(heads_of_rows(), table.rows, style)) + "\n";
  if (!table.runs.empty()) text += lines_of(grid_of(heads_of_runs(), table.runs, style)) + "\n";
  for (const auto& remark : remarks_on(study, table)) text += remark + "\n";
  for (const auto& flag : table.flags) text += "! " + flag + "\n";
  return text;
}

// Every mark that could be taken for markup is set behind a backslash.
std::string markdown_name(const std::string& name) {
  std::string text;
  for (const char c : name) {
    if (std::string_view("\\`*_<>|[]#~").find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  return text;
}

std::string markdown_table(const std::vector<Cells>& cells) {
  std::string text;
  for (size_t i = 0; i < cells.size(); ++i) {
    text += fmt::format("| {} |\n", fmt::join(cells[i], " | "));
    if (i == 0) text += fmt::format("|{}\n", fmt::join(Cells(cells[i].size(), "---|"), ""));
  }
  return text;
}

std::string as_markdown(const Study& study, const Table& table) {
  const Style style{" ± ", ", ", "", markdown_name};
  std::string text;
  if (!study.definition.question.empty())
    text += "**Question:** " + markdown_name(study.definition.question) + "\n\n";
  if (!study.definition.hypothesis.empty())
    text += "**Hypothesis:** " + markdown_name(study.definition.hypothesis) + "\n\n";
  text += markdown_table(grid_of(heads_of_rows(), table.rows, style)) + "\n";
  if (!table.runs.empty())
    text += markdown_table(grid_of(heads_of_runs(), table.runs, style)) + "\n";
  for (const auto& remark : remarks_on(study, table)) text += remark + "\n";
  for (const auto& flag : table.flags) text += "\n- " + markdown_name(flag) + "\n";
  return text;
}

std::string latex_name(const std::string& name) {
  static const std::map<char, std::string> written = {
      {'\\', "\\textbackslash{}"}, {'~', "\\textasciitilde{}"}, {'^', "\\textasciicircum{}"},
      {'<', "\\textless{}"},       {'>', "\\textgreater{}"},    {'|', "\\textbar{}"},
      {'"', "\\textquotedbl{}"}};
  std::string text;
  for (const char c : name) {
    if (const auto found = written.find(c); found != written.end()) {
      text += found->second;
    } else {
      if (std::string_view("&%$#_{}").find(c) != std::string_view::npos) text += '\\';
      text += c;
    }
  }
  return text;
}

// For any document class, without a package. A paper has no room for the values by seed.
std::string as_latex(const Study& study, const Table& table) {
  const Style style{" $\\pm$ ", ", ", "--", latex_name};
  auto cells = grid_of(heads_of_rows(), table.rows, style);
  std::string text;
  for (const auto& remark : remarks_on(study, table)) text += "% " + remark + "\n";
  for (const auto& flag : table.flags) text += "% flag: " + flag + "\n";
  text += "\\begin{tabular}{llrrrr}\n\\hline\n";
  for (size_t i = 0; i < cells.size(); ++i) {
    auto& line = cells[i];
    line.erase(line.begin() + 4);
    for (auto& cell : line) {
      if (cell.starts_with("<")) cell = "$<$" + cell.substr(1);
      // A minus, not a hyphen.
      for (size_t at = 0; (at = cell.find('-', at)) != std::string::npos;) {
        const bool sign = i > 0 && &cell >= &line[4] && at + 1 < cell.size() &&
                          std::isdigit(static_cast<unsigned char>(cell[at + 1])) != 0;
        if (sign) cell.replace(at, 1, "$-$");
        at += sign ? 3 : 1;
      }
    }
    text += fmt::format("{} \\\\\n", fmt::join(line, " & "));
    if (i == 0) text += "\\hline\n";
  }
  return text + "\\hline\n\\end{tabular}\n";
}

// RFC 4180.
std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string as_csv(const Table& table) {
  const auto cell = [](const auto& value) { return value ? fmt::format("{}", *value) : ""; };
  std::set<int64_t> seeds;
  for (const auto& row : table.rows) {
    for (const auto& [seed, value] : row.values) seeds.insert(seed);
  }
  std::string text = "arm,score,n,mean,sd,difference,low,high,p";
  for (const auto seed : seeds) text += fmt::format(",seed_{}", seed);
  text += "\n";
  for (const auto& row : table.rows) {
    std::optional<double> low, high;
    if (row.interval) std::tie(low, high) = *row.interval;
    text += fmt::format("{},{},{},{},{},{},{},{},{}", csv_cell(row.arm), csv_cell(row.score),
                        row.values.size(), cell(row.mean), cell(row.deviation),
                        cell(row.difference), cell(low), cell(high), cell(row.p));
    for (const auto seed : seeds) {
      const auto value = row.values.find(seed);
      text += value == row.values.end() ? "," : fmt::format(",{}", value->second);
    }
    text += "\n";
  }
  return text;
}

std::string as_json(const Table& table) {
  const auto known = [](const auto& value) {
    return value ? ordered_json(*value) : ordered_json(nullptr);
  };
  ordered_json json = {{"rows", ordered_json::array()}, {"flags", table.flags}};
  for (const auto& row : table.rows) {
    auto values = ordered_json::object();
    for (const auto& [seed, value] : row.values) values[std::to_string(seed)] = value;
    json["rows"].push_back({{"arm", row.arm},
                            {"score", row.score},
                            {"values", values},
                            {"mean", known(row.mean)},
                            {"sd", known(row.deviation)},
                            {"n", row.values.size()},
                            {"difference", known(row.difference)},
                            {"interval", row.interval ? ordered_json::array({row.interval->first,
                                                                             row.interval->second})
                                                      : ordered_json(nullptr)},
                            {"p", known(row.p)}});
  }
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string table_text(const Study& study, const Table& table, const std::string& format) {
  if (format == "text") return as_text(study, table);
  if (format == "markdown") return as_markdown(study, table);
  if (format == "latex") return as_latex(study, table);
  if (format == "csv") return as_csv(table);
  if (format == "json") return as_json(table);
  throw std::logic_error("no table format " + format);
}

}  // namespace trm::sweep
