#include "apps/inspect_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/inspect_example.h"
#include "data/picture.h"
#include "format/html.h"

namespace trm::apps {
namespace {

using format::escaped_for_html;

constexpr const char* kStyle = R"(<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1320px; padding: 16px; }
h1, h3, td, th, p { overflow-wrap: anywhere; }
h2 { border-bottom: 2px solid #888; margin-top: 40px; }
h3 { font-size: 16px; margin: 24px 0 8px; }
table { border-collapse: collapse; }
th { font-weight: normal; padding-right: 16px; text-align: left; vertical-align: top; white-space: nowrap; }
td { font-variant-numeric: tabular-nums; }
figure { margin: 0; max-width: 100%; }
figcaption { font-size: 14px; opacity: .8; }
svg { display: block; height: auto; max-width: 100%; }
svg rect { stroke: #888; stroke-width: .03; }
svg text { dominant-baseline: central; font: .62px ui-monospace, monospace; text-anchor: middle; }
.row { margin-top: 16px; align-items: flex-start; display: flex; flex-wrap: wrap; gap: 16px 32px; }
.legend { align-items: center; display: flex; gap: 8px; }
.bar { background: #4a90d9; display: inline-block; height: 10px; }
</style>
)";

struct Meaning {
  data::Token token;
  const char* text;
};

// What the tokens of a kind of puzzle mean; empty where the pictures say it themselves.
std::vector<Meaning> meanings(const std::string& kind) {
  if (kind == "maze") {
    return {{1, "wall"}, {2, "open"}, {3, "start"}, {4, "goal"}, {5, "shortest path"}};
  }
  if (kind == "arc") {
    return {{2, "0, black"}, {3, "1, blue"}, {4, "2, red"},    {5, "3, green"},  {6, "4, yellow"},
            {7, "5, grey"},  {8, "6, pink"}, {9, "7, orange"}, {10, "8, azure"}, {11, "9, brown"}};
  }
  return {};
}

std::string legend(const std::string& kind, const data::Task& task, int64_t cells) {
  if (kind == "sudoku")
    return "<p>Shades tell the boxes apart; an empty cell is to be solved.</p>\n";
  std::string text = "<div class=\"row\">\n";
  for (const auto& [token, meaning] : meanings(kind)) {
    // A puzzle of that token alone, for the look of its first cell.
    const auto picture = task.picture(std::vector<data::Token>(static_cast<size_t>(cells), token));
    if (picture.cells.empty()) continue;
    text += fmt::format("<div class=\"legend\">{}{}</div>\n",
                        data::paint_for_page({1, 1, {picture.cells[0]}}), meaning);
  }
  return text + "</div>\n";
}

std::string table(const std::vector<std::pair<std::string, std::string>>& facts) {
  std::string text = "<table>\n";
  for (const auto& [name, value] : facts) {
    text += fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", escaped_for_html(name),
                        escaped_for_html(value));
  }
  return text + "</table>\n";
}

// At most twelve bars: neighbouring values share one where there are more.
std::string bars(const std::string& title, const std::map<int64_t, int64_t>& counts) {
  if (counts.empty()) return "";
  constexpr int64_t kBars = 12, kPixels = 200;
  const int64_t low = counts.begin()->first;
  const int64_t step = (counts.rbegin()->first - low) / kBars + 1;
  std::map<int64_t, int64_t> bins;
  int64_t most = 0;
  for (const auto& [value, count] : counts) {
    most = std::max(most, bins[low + (value - low) / step * step] += count);
  }
  auto text = fmt::format("<figure><figcaption>{}</figcaption><table>\n", escaped_for_html(title));
  for (const auto& [from, count] : bins) {
    const auto range =
        step == 1 ? std::to_string(from) : fmt::format("{} to {}", from, from + step - 1);
    text += fmt::format(
        "<tr><th>{}</th><td><span class=\"bar\" style=\"width:{}px\"></span> {}</td></tr>\n", range,
        (count * kPixels + most - 1) / most, count);
  }
  return text + "</table></figure>\n";
}

std::string figure(const char* caption, const data::Task& task,
                   const std::vector<data::Token>& tokens) {
  return fmt::format("<figure><figcaption>{}</figcaption>{}</figure>\n", caption,
                     data::paint_for_page(task.picture(tokens)));
}

std::string examples(const data::Dataset& data, const data::Task& task, int64_t show) {
  const auto names = task_names(data);
  std::string text;
  for (int64_t i = 0; i < std::min(show, data.examples()); ++i) {
    const auto shown = show_example(data, task, i);
    const auto known = describe_example(data, names, i);
    text += fmt::format("<h3>example {}{}</h3>\n<div class=\"row\">\n", i,
                        known.empty() ? "" : ": " + escaped_for_html(known));
    text += figure("input", task, shown.input) + figure("answer", task, shown.label);
    if (shown.moved) {
      text += figure("input as training may see it", task, shown.moved_input);
      text += figure("its answer", task, shown.moved_label);
    }
    text += "</div>\n";
  }
  return text;
}

}  // namespace

std::string inspect_page(const Page& page, const data::Task& task, int64_t show) {
  auto text = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{0}</title>\n{1}<h1>{0}</h1>\n",
      escaped_for_html(page.title), kStyle);
  text += table(page.facts);
  text += legend(page.kind, task, page.splits[0].data.info().cells);
  for (const auto& split : page.splits) {
    text += fmt::format("<h2>{}</h2>\n<div class=\"row\">\n", escaped_for_html(split.data.split()));
    text += table(split.facts);
    for (const auto& [title, counts] : split.histograms) text += bars(title, counts);
    text += "</div>\n" + examples(split.data, task, show);
  }
  return text + "</html>\n";
}

}  // namespace trm::apps
