#include "apps/solve_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

namespace trm::apps {
namespace {

constexpr const char* kGreen = "\033[1;32m";
constexpr const char* kRed = "\033[1;31m";
constexpr const char* kPlain = "\033[0m";

// A score of one answer is yes or no, but for the ratios.
std::string score_text(const std::string& name, double value) {
  if (name.ends_with("_ratio")) return fmt::format("{:.3f}", value);
  return value == 1 ? "yes" : "no";
}

std::string quoted(const std::string& field) {
  if (field.find_first_of(",\"\n") == std::string::npos) return field;
  std::string text = "\"";
  for (const char c : field) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + '"';
}

}  // namespace

std::vector<data::Token> expected_tokens(const Solved& solved) {
  std::vector<data::Token> tokens;
  for (const auto label : solved.expected)
    tokens.push_back(label == kIgnoredLabel ? data::Token{0} : label);
  return tokens;
}

std::string SolveReport::board(const std::vector<data::Token>& tokens) const {
  return painted_ ? data::paint_for_terminal(task_.picture(tokens)) : task_.draw(tokens);
}

std::string SolveReport::marked(const std::vector<data::Token>& tokens,
                                const std::vector<bool>& marks, std::string_view before,
                                std::string_view after) const {
  // vector<bool> gives no span.
  const auto flags = std::make_unique<bool[]>(marks.size());
  std::copy(marks.begin(), marks.end(), flags.get());
  return task_.draw(tokens, {flags.get(), marks.size()}, before, after);
}

std::string SolveReport::wrong_marked(const Solved& solved) const {
  if (painted_) {
    auto picture = task_.picture(solved.answer);
    const auto right = task_.picture(expected_tokens(solved));
    const bool same_shape = picture.rows == right.rows && picture.columns == right.columns;
    for (size_t i = 0; same_shape && i < picture.cells.size(); ++i) {
      if (picture.cells[i].colour != right.cells[i].colour) picture.cells[i].text = "><";
    }
    return data::paint_for_terminal(picture);
  }
  std::vector<bool> marks(solved.answer.size());
  for (size_t i = 0; i < marks.size(); ++i) marks[i] = solved.is_wrong(i);
  if (colours_) return marked(solved.answer, marks, kRed, kPlain);
  // A star in the place of the space before the cell, or of the cell where there is none.
  std::string text;
  const auto drawn = marked(solved.answer, marks, "\1", "\2");
  for (size_t i = 0; i < drawn.size(); ++i) {
    if (drawn[i] == '\2') continue;
    if (drawn[i] != '\1') {
      text += drawn[i];
    } else if (text.ends_with(' ')) {
      text.back() = '*';
    } else {
      text += '*';
      ++i;
    }
  }
  return text;
}

std::string SolveReport::step(const Solved& solved, const std::vector<data::Token>& before) const {
  const auto& now = solved.steps.back();
  auto text = fmt::format("step {}: {} cells changed, halting probability {:.3f}\n",
                          solved.steps.size(), now.cells_changed, now.halting_probability);
  if (now.cells_changed == 0) return text;
  if (painted_) return text + board(solved.answer);
  std::vector<bool> changed(before.size());
  for (size_t i = 0; i < before.size(); ++i) changed[i] = before[i] != solved.answer[i];
  return text + (colours_ ? marked(solved.answer, changed, kGreen, kPlain) : board(solved.answer));
}

std::string SolveReport::verdict(const Solved& solved) const {
  auto text = fmt::format("answer {}\n", task_.line(solved.answer));
  if (solved.is_known()) {
    const auto wrong = solved.wrong_cells();
    text += fmt::format("exact: {}\n", wrong == 0 ? "yes" : "no");
    if (wrong > 0) {
      text += fmt::format("wrong cells: {}{}\n{}expected {}\n{}", wrong,
                          colours_ ? "" : ", marked *", wrong_marked(solved),
                          task_.line(expected_tokens(solved)), board(expected_tokens(solved)));
    }
  }
  const auto names = task_.score_names();
  const auto scores = task_.score(solved.puzzle, solved.answer);
  for (size_t i = 0; i < names.size(); ++i)
    text += fmt::format("{}: {}\n", names[i], score_text(names[i], scores[i]));
  return text;
}

std::string SolveReport::line(size_t number, const Solved& solved) const {
  auto text = fmt::format("{} {}", number, task_.line(solved.answer));
  if (solved.is_known()) {
    const auto wrong = solved.wrong_cells();
    text += wrong == 0 ? "  exact" : fmt::format("  {} wrong cells", wrong);
  }
  const auto names = task_.score_names();
  const auto scores = task_.score(solved.puzzle, solved.answer);
  for (size_t i = 0; i < names.size(); ++i)
    text += fmt::format("  {}: {}", names[i], score_text(names[i], scores[i]));
  return text + "\n";
}

std::string SolveReport::summary(const std::vector<Solved>& all) const {
  const auto names = task_.score_names();
  std::vector<double> sums(names.size());
  int64_t known = 0, exact = 0;
  for (const auto& solved : all) {
    known += solved.is_known() ? 1 : 0;
    exact += solved.is_known() && solved.wrong_cells() == 0 ? 1 : 0;
    const auto scores = task_.score(solved.puzzle, solved.answer);
    for (size_t i = 0; i < scores.size(); ++i) sums[i] += scores[i];
  }
  const auto share = [](double part, double of) {
    return fmt::format("{:.2f} %", 100 * part / of);
  };
  auto text = fmt::format("{} puzzles", all.size());
  if (known > 0) {
    text += fmt::format("\n  exact {} of {} with a known answer",
                        share(static_cast<double>(exact), static_cast<double>(known)), known);
  }
  for (size_t i = 0; i < names.size(); ++i)
    text += fmt::format("\n  {} {}", names[i], share(sums[i], static_cast<double>(all.size())));
  return text + "\n";
}

nlohmann::ordered_json SolveReport::json(const Solved& solved) const {
  nlohmann::ordered_json json = {{"puzzle", task_.line(solved.puzzle)},
                                 {"answer", task_.line(solved.answer)}};
  if (solved.is_known()) {
    json["expected"] = task_.line(expected_tokens(solved));
    json["exact"] = solved.wrong_cells() == 0;
    json["wrong_cells"] = solved.wrong_cells();
  }
  const auto names = task_.score_names();
  const auto scores = task_.score(solved.puzzle, solved.answer);
  for (size_t i = 0; i < names.size(); ++i) json[names[i]] = scores[i];
  json["steps"] = nlohmann::ordered_json::array();
  for (const auto& step : solved.steps) {
    json["steps"].push_back(
        {{"cells_changed", step.cells_changed}, {"halting_probability", step.halting_probability}});
  }
  return json;
}

std::string SolveReport::csv_header() const {
  std::string text = "puzzle,answer,expected,exact,wrong_cells,halting_probability";
  for (const auto& name : task_.score_names()) text += "," + name;
  return text + "\n";
}

std::string SolveReport::csv_row(const Solved& solved) const {
  auto text = quoted(task_.line(solved.puzzle)) + "," + quoted(task_.line(solved.answer)) + ",";
  if (solved.is_known()) {
    const auto wrong = solved.wrong_cells();
    text += fmt::format("{},{},{}", quoted(task_.line(expected_tokens(solved))), wrong == 0 ? 1 : 0,
                        wrong);
  } else {
    text += ",,";
  }
  text += fmt::format(",{:.6f}", solved.steps.back().halting_probability);
  for (const auto score : task_.score(solved.puzzle, solved.answer))
    text += fmt::format(",{:.6g}", score);
  return text + "\n";
}

}  // namespace trm::apps
