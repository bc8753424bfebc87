#include "figure/bars.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "figure/legend.h"
#include "format/html.h"

namespace trm::figure {
namespace {

using format::escaped_for_html;

constexpr double kWidth = 440, kRow = 26, kThick = 16, kTop = 6, kBottom = 44;
constexpr double kMostName = 170;  // units of a name; the rest of a longer one is its title's
constexpr size_t kMostTicks = 6;

std::string value_of(const Bar& bar, const BarChart& chart) {
  auto text = value_text(bar.value) + chart.unit;
  if (!bar.note.empty()) text += " " + bar.note;
  return text;
}

// As much of a text as has room, as whole characters.
std::string shortened(const std::string& text, double room) {
  if (text_width(text) <= room) return text;
  auto part = text;
  while (!part.empty() && text_width(part + "…") > room) {
    while (!part.empty() && (static_cast<unsigned char>(part.back()) >> 6) == 2) part.pop_back();
    if (!part.empty()) part.pop_back();
  }
  return part + "…";
}

class Drawing {
 public:
  explicit Drawing(const BarChart& chart) : chart_(chart) {
    std::vector<double> values = {0};
    double names = 0, texts = 0;
    for (const auto& bar : chart.bars) {
      values.push_back(bar.value);
      if (bar.interval) values.insert(values.end(), {bar.interval->low, bar.interval->high});
      names = std::max(names, text_width(bar.name));
      texts = std::max(texts, text_width(value_of(bar, chart)));
    }
    left_ = std::min(names, kMostName) + 10;
    right_ = kWidth - texts - 8;
    range_ = rounded(range_of(values, false), kMostTicks);
    if (chart.most) range_.high = *chart.most;
    bottom_ = kTop + kRow * static_cast<double>(chart.bars.size());
  }

  std::string svg() const {
    auto text = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n", kWidth,
                            bottom_ + kBottom, escaped_for_html(spoken()));
    const auto ticks = ticks_of(range_, kMostTicks);
    const auto labels = tick_labels(ticks);
    for (size_t i = 0; i < ticks.size(); ++i) {
      text += fmt::format(
          "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\"/>"
          "<text class=\"tick\" x=\"{0:.1f}\" y=\"{3}\" text-anchor=\"middle\">{4}</text>\n",
          x(ticks[i]), kTop, bottom_, bottom_ + 17, labels[i]);
    }
    for (size_t i = 0; i < chart_.bars.size(); ++i)
      text += bar(chart_.bars[i], kTop + kRow * (static_cast<double>(i) + 0.5));
    return text + fmt::format(
                      "<text class=\"name\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>"
                      "\n</svg>\n",
                      (left_ + right_) / 2, bottom_ + kBottom - 8, escaped_for_html(chart_.label));
  }

 private:
  double x(double value) const { return Scale(range_, false, left_, right_)(value); }

  std::string bar(const Bar& bar, double middle) const {
    const double from = std::min(x(0), x(bar.value)), to = std::max(x(0), x(bar.value));
    auto text = fmt::format(
        "<g class=\"bar-row {}\"><title>{}</title><text x=\"{:.1f}\" y=\"{}\" dy=\".34em\" "
        "text-anchor=\"end\">{}</text><rect class=\"filled\" x=\"{:.1f}\" y=\"{}\" "
        "width=\"{:.1f}\" height=\"{}\"/>",
        colour_class(chart_.colour), escaped_for_html(bar.name), left_ - 8, middle,
        escaped_for_html(shortened(bar.name, kMostName)), from, middle - kThick / 2, to - from,
        kThick);
    if (bar.interval) {
      const double low = x(bar.interval->low), high = x(bar.interval->high);
      text += fmt::format(
          "<path class=\"whisker\" fill=\"none\" d=\"M{0:.1f} {2}L{1:.1f} {2}M{0:.1f} {3}L{0:.1f} "
          "{4}M{1:.1f} {3}L{1:.1f} {4}\"/>",
          low, high, middle, middle - 4, middle + 4);
    }
    return text + fmt::format(
                      "<text class=\"value\" x=\"{}\" y=\"{}\" dy=\".34em\" "
                      "text-anchor=\"end\">{}</text></g>\n",
                      kWidth, middle, escaped_for_html(value_of(bar, chart_)));
  }

  // What a reader who sees nothing is told.
  std::string spoken() const {
    auto text = chart_.title;
    for (const auto& bar : chart_.bars) {
      text += fmt::format("; {}: {}", bar.name, value_of(bar, chart_));
      if (bar.interval)
        text += fmt::format(" ({} to {})", value_text(bar.interval->low),
                            value_text(bar.interval->high));
    }
    return text;
  }

  const BarChart& chart_;
  Range range_;
  double left_ = 0, right_ = 0, bottom_ = 0;
};

}  // namespace

std::string bar_figure(const BarChart& chart) {
  return "<figure class=\"chart bars\"><figcaption>" + escaped_for_html(chart.title) +
         "</figcaption>\n" + Drawing(chart).svg() + "</figure>\n";
}

}  // namespace trm::figure
