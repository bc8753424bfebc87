#include "figure/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "figure/end_labels.h"
#include "figure/legend.h"
#include "format/html.h"

namespace trm::figure {
namespace {

using format::escaped_for_html;

constexpr double kWidth = 440, kHeight = 300;
constexpr double kTop = 28, kBottom = 44;
constexpr size_t kMostTicksX = 6, kMostTicksY = 6;
constexpr size_t kFewPoints = 12;  // up to these each has a mark

std::string place(double value) {
  auto text = fmt::format("{:.1f}", value);
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

bool is_drawn(const Axis& axis, double value) {
  return std::isfinite(value) && (!axis.logarithmic || value > 0);
}

class Drawing {
 public:
  explicit Drawing(const Chart& chart) : chart_(chart) {
    std::vector<double> x, y;
    for (const auto& curve : chart.curves) {
      curves_.push_back({curve.name, curve.label, curve.colour, drawn_points(curve)});
      right_ = std::max(right_, text_width(curve.label) + 26);
      for (const auto& point : curves_.back().points) {
        x.push_back(point.x);
        y.insert(y.end(), {point.y, point.low, point.high});
      }
    }
    x_range_ = range_of(x, chart.x.logarithmic);
    y_range_ = range_of(y, chart.y.logarithmic);
    if (chart.x.from_zero && !chart.x.logarithmic) x_range_.low = std::min(x_range_.low, 0.0);
    if (!chart.y.logarithmic) y_range_ = rounded(y_range_, kMostTicksY);
    x_range_ = chart.x.range.value_or(x_range_);
    y_range_ = chart.y.range.value_or(y_range_);
    y_ticks_ =
        chart.y.logarithmic ? log_ticks_of(y_range_, kMostTicksY) : ticks_of(y_range_, kMostTicksY);
    y_labels_ = chart.y.logarithmic ? log_tick_labels(y_ticks_) : tick_labels(y_ticks_);
    for (const auto& label : y_labels_) left_ = std::max(left_, text_width(label) + 12);
  }

  std::string svg() const {
    return fmt::format(
               "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\" data-left=\"{}\" "
               "data-right=\"{}\" data-top=\"{}\" data-bottom=\"{}\">\n",
               kWidth, kHeight, escaped_for_html(spoken()), place(left_), place(kWidth - right_),
               kTop, kHeight - kBottom) +
           axes() + curves() + end_labels() + "</svg>\n";
  }

 private:
  std::vector<Point> drawn_points(const Curve& curve) const {
    std::vector<Point> points;
    for (const auto& point : curve.points) {
      if (is_drawn(chart_.x, point.x) && is_drawn(chart_.y, point.y)) points.push_back(point);
      if (!points.empty() && !is_drawn(chart_.y, points.back().low))
        points.back().low = points.back().y;
    }
    return points;
  }

  double x(double value) const {
    return Scale(x_range_, chart_.x.logarithmic, left_, kWidth - right_)(value);
  }
  double y(double value) const {
    return Scale(y_range_, chart_.y.logarithmic, kHeight - kBottom, kTop)(value);
  }

  std::vector<double> x_ticks() const {
    constexpr double kRoom = 22;
    std::vector<double> ticks;
    for (const double tick : chart_.x.ticks) {
      if (ticks.empty() || x(tick) - x(ticks.back()) >= kRoom) ticks.push_back(tick);
    }
    if (!ticks.empty()) return ticks;
    return chart_.x.logarithmic ? log_ticks_of(x_range_, kMostTicksX)
                                : ticks_of(x_range_, kMostTicksX, chart_.x.whole);
  }

  std::string axes() const {
    std::string text;
    for (size_t i = 0; i < y_ticks_.size(); ++i) {
      const auto at = place(y(y_ticks_[i]));
      text += fmt::format("<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>",
                          place(left_), place(kWidth - right_), at, at);
      text += fmt::format(
          "<text class=\"tick\" x=\"{}\" y=\"{}\" dy=\".34em\" "
          "text-anchor=\"end\">{}</text>\n",
          place(left_ - 6), at, y_labels_[i]);
    }
    const double below = kHeight - kBottom;
    text += fmt::format("<line class=\"axis\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>\n",
                        place(left_), place(kWidth - right_), below, below);
    const auto ticks = x_ticks();
    const auto labels = chart_.x.logarithmic ? log_tick_labels(ticks) : tick_labels(ticks);
    for (size_t i = 0; i < ticks.size(); ++i) {
      const auto at = place(x(ticks[i]));
      text += fmt::format("<line class=\"axis\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>", at, at,
                          below, below + 4);
      text +=
          fmt::format("<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
                      at, below + 17, labels[i]);
    }
    text += fmt::format("<text class=\"name\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
                        place((left_ + kWidth - right_) / 2), kHeight - 8,
                        escaped_for_html(chart_.x.label));
    text += fmt::format("<text class=\"name\" x=\"2\" y=\"14\">{}</text>\n",
                        escaped_for_html(chart_.y.label));
    return text;
  }

  std::string diagonal() const {
    if (!chart_.diagonal) return "";
    const double from = std::max(x_range_.low, y_range_.low);
    const double to = std::min(x_range_.high, y_range_.high);
    if (from >= to) return "";
    return fmt::format("<line class=\"cross\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>\n",
                       place(x(from)), place(y(from)), place(x(to)), place(y(to)));
  }

  // Bands lie below all lines.
  std::string curves() const {
    std::string text = diagonal();
    for (const auto& curve : curves_) text += band(curve);
    for (const auto& curve : curves_) {
      text += fmt::format(
          "<g class=\"curve {}\" data-name=\"{}\" data-points=\"{}\"><title>{}"
          "</title>",
          colour_class(curve.colour), escaped_for_html(curve.name),
          escaped_for_html(readings(curve)), escaped_for_html(curve.name));
      text += lines(curve);
      if (curve.points.size() <= kFewPoints) {
        for (const auto& point : curve.points)
          text += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"2.6\"/>", place(x(point.x)),
                              place(y(point.y)));
      }
      text += "</g>\n";
    }
    return text;
  }

  std::string band(const Curve& curve) const {
    const bool any = std::any_of(curve.points.begin(), curve.points.end(),
                                 [](const auto& point) { return point.low < point.high; });
    if (!any) return "";
    std::string forth, back;
    for (const auto& point : curve.points) {
      const auto at = place(x(point.x));
      forth += fmt::format("{}{} {}", forth.empty() ? "M" : "L", at, place(y(point.high)));
      back = fmt::format("L{} {}", at, place(y(point.low))) + back;
    }
    return fmt::format("<path class=\"band {}\" d=\"{}{}Z\"/>\n", colour_class(curve.colour), forth,
                       back);
  }

  // One path where all runs are, and one where fewer are.
  std::string lines(const Curve& curve) const {
    std::string all, few;
    for (size_t i = 0; i + 1 < curve.points.size(); ++i) {
      const auto &a = curve.points[i], &b = curve.points[i + 1];
      const auto most = most_runs_of(curve);
      auto& path = a.runs == most && b.runs == most ? all : few;
      const auto start = fmt::format("{} {}", place(x(a.x)), place(y(a.y)));
      if (!path.ends_with("L" + start) && path != "M" + start) path += "M" + start;
      path += fmt::format("L{} {}", place(x(b.x)), place(y(b.y)));
    }
    std::string text;
    if (!all.empty()) text += fmt::format("<path class=\"line\" d=\"{}\"/>", all);
    if (!few.empty()) text += fmt::format("<path class=\"line few\" d=\"{}\"/>", few);
    return text;
  }

  static size_t most_runs_of(const Curve& curve) {
    size_t most = 0;
    for (const auto& point : curve.points) most = std::max(most, point.runs);
    return most;
  }

  // For the page's script: places, and what is read there.
  std::string readings(const Curve& curve) const {
    auto list = nlohmann::json::array();
    for (const auto& point : curve.points) {
      auto value = value_text(point.y) + chart_.y.unit;
      if (point.low < point.high)
        value += fmt::format(" ({} to {})", value_text(point.low), value_text(point.high));
      const auto tenth = [](double at) { return std::round(10 * at) / 10; };
      list.push_back(
          {tenth(x(point.x)), tenth(y(point.y)), value_text(point.x) + chart_.x.unit, value});
    }
    return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  std::string end_labels() const {
    std::vector<EndLabel> ends;
    for (const auto& curve : curves_) {
      if (curve.points.empty() || curve.label.empty()) continue;
      ends.push_back({.text = curve.label,
                      .style = colour_class(curve.colour),
                      .from_x = x(curve.points.back().x),
                      .from_y = y(curve.points.back().y)});
    }
    return draw_end_labels(std::move(ends), kWidth - right_, kTop, kHeight - kBottom);
  }

  // What a reader who sees nothing is told.
  std::string spoken() const {
    auto text = chart_.title;
    for (const auto& curve : curves_) {
      if (curve.points.empty()) continue;
      const auto& last = curve.points.back();
      text += fmt::format("; {}: {}{} at {}", curve.name, value_text(last.y), chart_.y.unit,
                          value_text(last.x) + chart_.x.unit);
    }
    return text;
  }

  const Chart& chart_;
  std::vector<Curve> curves_;  // what is drawn of them
  Range x_range_, y_range_;
  std::vector<double> y_ticks_;
  std::vector<std::string> y_labels_;
  double left_ = 34, right_ = 16;
};

}  // namespace

std::string chart_figure(const Chart& chart) {
  return fmt::format("<figure class=\"chart\" data-group=\"{}\"><figcaption>{}</figcaption>\n",
                     escaped_for_html(chart.group), escaped_for_html(chart.title)) +
         Drawing(chart).svg() + "</figure>\n";
}

}  // namespace trm::figure
