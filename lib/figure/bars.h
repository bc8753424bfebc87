#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "figure/scale.h"

namespace trm::figure {

struct Bar {
  std::string name;
  double value = 0;                    // finite
  std::optional<Range> interval = {};  // a thin line over the bar's end
  std::string note = {};               // behind the value: "of 120"
};

struct BarChart {
  std::string title;
  std::string label;                // of the values' axis: "exact accuracy, %"
  std::string unit = {};            // behind a value: " %"
  std::optional<double> most = {};  // where the axis ends, in place of a round value
  size_t colour = 0;                // its number in the palette
  std::vector<Bar> bars;
};

// A <figure> of lying bars that begin at 0, each with its name at the left and its value at the
// right, 440 units wide and as high as they are many. All text may be anything.
std::string bar_figure(const BarChart& chart);

}  // namespace trm::figure
