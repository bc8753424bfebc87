#include "figure/end_labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "format/html.h"

namespace trm::figure {
namespace {

using format::escaped_for_html;

constexpr double kLine = 15;  // between the labels of two curves

}  // namespace

std::vector<double> spread(std::vector<double> wanted, double apart, double top, double bottom) {
  std::vector<size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return wanted[a] < wanted[b]; });
  if (order.size() > 1)
    apart = std::min(apart, (bottom - top) / static_cast<double>(order.size() - 1));
  // Down where one is too near to that above it, then up from the bottom.
  double least = top;
  for (const auto i : order) {
    wanted[i] = std::max(wanted[i], least);
    least = wanted[i] + apart;
  }
  double most = bottom;
  for (auto i = order.rbegin(); i != order.rend(); ++i) {
    wanted[*i] = std::min(wanted[*i], most);
    most = wanted[*i] - apart;
  }
  return wanted;
}

std::string draw_end_labels(std::vector<EndLabel> labels, double right, double top, double bottom) {
  if (kLine * static_cast<double>(labels.size()) > bottom - top + kLine) return "";
  std::vector<double> heights;
  for (const auto& label : labels) heights.push_back(label.from_y);
  heights = spread(std::move(heights), kLine, top + 2, bottom - 2);
  std::string text;
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto& label = labels[i];
    text += fmt::format("<path class=\"lead {}\" d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\"/>", label.style,
                        label.from_x, label.from_y, right + 8, heights[i]);
    text += fmt::format("<path class=\"stub {0}\" d=\"M{1:.1f} {3:.1f}L{2:.1f} {3:.1f}\"/>",
                        label.style, right + 8, right + 17, heights[i]);
    text += fmt::format("<text class=\"label\" x=\"{:.1f}\" y=\"{:.1f}\" dy=\".34em\">{}</text>\n",
                        right + 20, heights[i], escaped_for_html(label.text));
  }
  return text;
}

}  // namespace trm::figure
