#pragma once

#include <optional>
#include <string>

#include "figure/chart.h"

namespace trm::report {

// What the page's charts share.
inline constexpr const char* kExact = "exact accuracy, %";
inline constexpr figure::Range kPercent{0, 100};
// A curve's interval is its band.
inline constexpr const char* kBandNote = "The band is the 95 % interval of the exact accuracy.";

figure::Point point_of(double x, double y, const std::optional<figure::Range>& interval);

// Empty where the body is.
std::string section(const std::string& heading, const std::string& body);
std::string side_by_side(const std::string& figures);

// Empty where there is none.
std::string percent_text(std::optional<double> percent);
std::string interval_text(const std::optional<figure::Range>& interval);

}  // namespace trm::report
