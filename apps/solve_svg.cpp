#include <fmt/format.h>

#include <algorithm>

#include "apps/solve_picture.h"
#include "data/board_paint.h"
#include "format/html.h"

namespace trm::apps {
namespace {

constexpr uint32_t kFilledInk = 0x1f4e9c;

// One board of the drawing, and what is said above and below it.
struct Panel {
  std::string title, note;
  data::Picture picture;
  std::vector<bool> wrong, filled;  // [cells of the picture]
};

Panel plain_panel(const std::string& title, data::Picture picture) {
  const auto cells = picture.cells.size();
  return {title, "", std::move(picture), std::vector<bool>(cells), std::vector<bool>(cells)};
}

Panel step_panel(const data::Task& task, const SolveTrace& trace, size_t step) {
  const MarkedPicture marked(task, trace, step);
  auto panel = plain_panel(fmt::format("step {} of {}", step + 1, trace.steps()), marked.picture());
  for (int64_t r = 0; r < panel.picture.rows; ++r) {
    for (int64_t c = 0; c < panel.picture.columns; ++c) {
      const auto cell = static_cast<size_t>(r * panel.picture.columns + c);
      panel.wrong[cell] = marked.is_wrong(r, c);
      panel.filled[cell] = !marked.is_given(r, c);
    }
  }
  panel.note = fmt::format("halting {:.3f}", trace.solved.steps[step].halting_probability);
  if (trace.solved.is_known()) {
    const auto wrong = trace.wrong_cells(step);
    panel.note += wrong == 0 ? ", exact" : fmt::format(", {} wrong", wrong);
  }
  return panel;
}

std::vector<Panel> panels_of(const data::Task& task, const SolveTrace& trace,
                             const std::vector<int64_t>& steps) {
  std::vector<Panel> panels = {plain_panel("puzzle", task.picture(trace.solved.puzzle))};
  for (const auto step : steps)
    panels.push_back(step_panel(task, trace, static_cast<size_t>(step - 1)));
  const auto last = static_cast<size_t>(steps.back() - 1);
  if (trace.solved.is_known() && trace.wrong_cells(last) > 0) {
    auto right = trace.solved.expected;
    for (auto& token : right) token = token == kIgnoredLabel ? data::Token{0} : token;
    panels.push_back(plain_panel("right answer", task.picture(right)));
  }
  return panels;
}

std::string drawn(const Panel& panel, int64_t left, int64_t top, int64_t side) {
  std::string text, frames, letters;
  for (int64_t r = 0; r < panel.picture.rows; ++r) {
    for (int64_t c = 0; c < panel.picture.columns; ++c) {
      const auto at = static_cast<size_t>(r * panel.picture.columns + c);
      const auto& cell = panel.picture.cells[at];
      const auto x = left + c * side, y = top + r * side;
      text += fmt::format(
          "<rect class=\"cell\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#{:06x}\"/>\n",
          x, y, side, side, cell.colour);
      const auto width = std::max<int64_t>(1, side / 10);
      if (panel.wrong[at]) {
        frames += fmt::format(
            "<rect class=\"wrong\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" "
            "stroke=\"#{:06x}\" stroke-width=\"{}\"/>\n",
            static_cast<double>(x) + 0.5 * static_cast<double>(width),
            static_cast<double>(y) + 0.5 * static_cast<double>(width), side - width, side - width,
            data::kWrongFrame, width);
      }
      if (cell.text.empty()) continue;
      const auto ink = data::ink_on(cell.colour);
      letters += fmt::format(
          "<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{:.1f}\" fill=\"#{:06x}\"{}>{}</text>\n",
          static_cast<double>(x) + 0.5 * static_cast<double>(side),
          static_cast<double>(y) + 0.71 * static_cast<double>(side),
          0.6 * static_cast<double>(side), panel.filled[at] && ink == 0 ? kFilledInk : ink,
          panel.filled[at] ? "" : " font-weight=\"bold\"", format::escaped_for_html(cell.text));
    }
  }
  return "<g stroke=\"#9a9a9a\" stroke-width=\"0.5\">\n" + text + "</g>\n" + frames + letters;
}

}  // namespace

std::string svg_of(const data::Task& task, const SolveTrace& trace,
                   const std::vector<int64_t>& steps) {
  constexpr int64_t kBoard = 270, kLeastWidth = 170, kMargin = 24, kTitle = 28, kNote = 26;
  constexpr int64_t kMostInRow = 4;
  const auto panels = panels_of(task, trace, steps);
  int64_t rows = 1, columns = 1;
  for (const auto& panel : panels) {
    rows = std::max(rows, panel.picture.rows);
    columns = std::max(columns, panel.picture.columns);
  }
  const auto side = std::clamp<int64_t>(kBoard / std::max(rows, columns), 8, 36);
  const auto panel_width = std::max(kLeastWidth, columns * side);
  const auto panel_height = kTitle + rows * side + kNote;
  const auto count = static_cast<int64_t>(panels.size());
  const auto in_row = std::min(count, kMostInRow), lines = (count + in_row - 1) / in_row;
  const auto width = kMargin + in_row * (panel_width + kMargin);
  const auto height = kMargin + lines * (panel_height + kMargin);
  auto text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
      "{1}\" font-family=\"Helvetica, Arial, sans-serif\" text-anchor=\"middle\">\n"
      "<title>A puzzle and its answer after {2} supervision steps</title>\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n",
      width, height, steps.back());
  for (int64_t i = 0; i < count; ++i) {
    const auto& panel = panels[static_cast<size_t>(i)];
    const auto left = kMargin + i % in_row * (panel_width + kMargin);
    const auto top = kMargin + i / in_row * (panel_height + kMargin);
    const auto middle = left + panel_width / 2;
    const auto board_width = panel.picture.columns * side, board_height = panel.picture.rows * side;
    const auto board_left = middle - board_width / 2, board_top = top + kTitle;
    text +=
        fmt::format("<g>\n<text x=\"{}\" y=\"{}\" font-size=\"16\" fill=\"#222222\">{}</text>\n",
                    middle, top + 16, panel.title);
    text += drawn(panel, board_left, board_top, side);
    text += fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#444444\"/>\n",
        board_left, board_top, board_width, board_height);
    if (!panel.note.empty()) {
      text += fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"13\" fill=\"#555555\">{}</text>\n",
                          middle, board_top + board_height + 18, panel.note);
    }
    text += "</g>\n";
  }
  return text + "</svg>\n";
}

}  // namespace trm::apps
