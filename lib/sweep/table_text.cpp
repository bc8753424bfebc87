#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "core/terminal.h"
#include "sweep/table.h"
#include "sweep/table_cells.h"

namespace trm::sweep {
namespace {

using nlohmann::ordered_json;

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

std::string as_text(const Study& study, const Table& table) {
  const Style style{" ± ", ", ", "-", [](const std::string& name) { return name; }};
  std::string text;
  if (!study.definition.question.empty()) text += study.definition.question + "\n";
  if (!study.definition.hypothesis.empty())
    text += "Hypothesis: " + study.definition.hypothesis + "\n";
  if (!text.empty()) text += "\n";
  text += lines_of(grid_of_rows(table, style)) + "\n";
  if (!table.runs.empty()) text += lines_of(grid_of_runs(table, style)) + "\n";
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
  text += markdown_table(grid_of_rows(table, style)) + "\n";
  if (!table.runs.empty()) text += markdown_table(grid_of_runs(table, style)) + "\n";
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
  auto cells = grid_of_rows(table, style);
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
