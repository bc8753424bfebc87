#include "apps/solve_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "core/printable.h"
#include "core/terminal.h"
#include "data/board_paint.h"

namespace trm::apps {
namespace {

constexpr char kBegin = '\1', kEnd = '\2';

// A board with letters around the cells that a predicate of their number picks.
template <class Picked>
std::string drawn_with(const data::Task& task, const std::vector<data::Token>& tokens,
                       const Picked& picked) {
  const auto flags = std::make_unique<bool[]>(tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i) flags[i] = picked(i);
  return task.draw(tokens, {flags.get(), tokens.size()}, std::string(1, kBegin),
                   std::string(1, kEnd));
}

// Reads a board that was drawn so.
class MarkedText {
 public:
  explicit MarkedText(std::string text) : text_(std::move(text)) {}

  // The next letter and whether it stands between marks; false at the end.
  bool next(char& letter) {
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == kEnd) {
        marked = false;
      } else if (text_[at_] == kBegin) {
        marked = true;
        blank = text_.find_first_not_of(' ', at_ + 1) == text_.find(kEnd, at_);
      } else {
        letter = text_[at_++];
        return true;
      }
    }
    return false;
  }

  bool marked = false, blank = false;  // blank: there are only spaces between the marks

 private:
  std::string text_;
  size_t at_ = 0;
};

}  // namespace

std::string SolveFrame::style_of(bool changed, bool wrong, bool blank) const {
  if (!changed && !wrong) return "";
  if (!colours_) return wrong ? "\033[7m" : "\033[1;4m";
  return fmt::format("\033[1;{}{}m", wrong ? 31 : 32, blank ? ";7" : "");
}

std::vector<SolveFrame::Row> SolveFrame::drawn(const SolveTrace& trace, size_t step) const {
  const auto& tokens = step == 0 ? trace.solved.puzzle : trace.answers[step - 1];
  MarkedText changed(drawn_with(task_, tokens, [&](size_t cell) {
    return step > 0 && trace.before(step - 1)[cell] != tokens[cell];
  }));
  MarkedText wrong(drawn_with(
      task_, tokens, [&](size_t cell) { return step > 0 && trace.is_wrong(step - 1, cell); }));
  std::vector<Row> rows(1);
  for (char letter = 0; changed.next(letter) && wrong.next(letter);) {
    if (letter == '\n') {
      rows.emplace_back();
    } else {
      const bool blank = changed.marked ? changed.blank : wrong.blank;
      rows.back().push_back({style_of(changed.marked, wrong.marked, blank), {letter}});
    }
  }
  if (rows.back().empty()) rows.pop_back();
  return rows;
}

std::vector<SolveFrame::Row> SolveFrame::painted(const SolveTrace& trace, size_t step) const {
  std::optional<MarkedPicture> marks;
  if (step > 0) marks.emplace(task_, trace, step - 1);
  const auto picture = marks ? marks->picture() : task_.picture(trace.solved.puzzle);
  std::vector<Row> rows(static_cast<size_t>(picture.rows));
  for (int64_t r = 0; r < picture.rows; ++r) {
    for (int64_t c = 0; c < picture.columns; ++c) {
      const auto& cell = *data::cell_at(picture, r, c);
      std::string text = fmt::format("{:>2}", cell.text);
      if (marks && marks->is_changed(r, c)) text = "::";
      if (marks && marks->is_wrong(r, c)) text = "><";
      rows[static_cast<size_t>(r)].push_back({data::terminal_colours(cell.colour), text});
    }
  }
  return rows;
}

std::string SolveFrame::text_of(const Row& row, size_t columns) {
  std::string text, style;
  for (const auto& letter : row) {
    if (letter.text.size() > columns) break;
    columns -= letter.text.size();
    if (letter.style != style) text += "\033[0m" + letter.style;
    style = letter.style;
    text += letter.text;
  }
  return style.empty() ? text : text + "\033[0m";
}

std::vector<std::string> SolveFrame::lines(const SolveTrace& trace, const State& state,
                                           Screen::Size size) const {
  constexpr int kBar = 32;
  std::string step = fmt::format("step {} of {}: ", state.step, state.depth), halting;
  if (state.step == 0) {
    step += "the puzzle";
  } else {
    const auto& now = trace.solved.steps[state.step - 1];
    step += fmt::format("{} cells changed", now.cells_changed);
    if (trace.solved.is_known())
      step += fmt::format(", {} wrong", trace.wrong_cells(state.step - 1));
    halting = fmt::format("halting probability {:.3f} {}", now.halting_probability,
                          bar_text(now.halting_probability, kBar));
  }
  std::vector<std::string> head = {step, halting, ""};
  if (!state.title.empty()) head.insert(head.begin(), printable(state.title, 1000));
  const auto* marks = painted_   ? ":: changed  >< wrong"
                      : colours_ ? "green: changed  red: wrong"
                                 : "underlined: changed  reverse: wrong";
  const std::vector<std::string> foot = {"",
                                         fmt::format("{:.3g} steps/s{}  {}", state.speed,
                                                     state.ended    ? ", the end"
                                                     : state.paused ? ", paused"
                                                                    : "",
                                                     marks),
                                         "space: pause  arrows: a step  + -: speed  q: end"};

  const auto board = painted_ ? painted(trace, state.step) : drawn(trace, state.step);
  size_t board_columns = 0;
  for (const auto& row : board) {
    size_t columns = 0;
    for (const auto& letter : row) columns += letter.text.size();
    board_columns = std::max(board_columns, columns);
  }
  const auto columns = static_cast<size_t>(size.columns), rows = static_cast<size_t>(size.rows);
  const auto all_rows = head.size() + board.size() + foot.size();
  const bool fits = board_columns <= columns && all_rows <= rows;

  std::vector<std::string> lines;
  const auto add = [&](const std::string& line) { lines.push_back(line.substr(0, columns)); };
  if (!fits) {
    // What is said of the board counts more than parts of it.
    add(fmt::format("too small: {}x{} needed", board_columns, all_rows));
    head.pop_back();
  }
  for (const auto& line : head) add(line);
  for (const auto& row : board) lines.push_back(text_of(row, columns));
  for (const auto& line : foot) add(line);
  lines.resize(std::min(lines.size(), rows));
  return lines;
}

}  // namespace trm::apps
