#include "report/chart_parts.h"

#include <fmt/format.h>

#include "figure/page.h"

namespace trm::report {

using figure::Range;

figure::Point point_of(double x, double y, const std::optional<Range>& interval) {
  return {x, y, interval ? interval->low : y, interval ? interval->high : y, 1};
}

std::string section(const std::string& heading, const std::string& body) {
  return body.empty() ? "" : "<section>\n<h2>" + heading + "</h2>\n" + body + "</section>\n";
}

std::string side_by_side(const std::string& figures) {
  return figures.empty() ? "" : "<div class=\"charts\">\n" + figures + "</div>\n";
}

std::string percent_text(std::optional<double> percent) {
  return percent ? figure::value_text(*percent) + " %" : "";
}

std::string interval_text(const std::optional<Range>& interval) {
  return interval ? fmt::format("{} to {} %", figure::value_text(interval->low),
                                figure::value_text(interval->high))
                  : "";
}

}  // namespace trm::report
