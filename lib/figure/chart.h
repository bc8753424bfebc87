#pragma once

#include <optional>
#include <string>
#include <vector>

#include "figure/band.h"
#include "figure/scale.h"

namespace trm::figure {

struct Axis {
  std::string label;                // "steps", "exact accuracy, %"
  std::string unit = {};            // behind a value: " %"
  bool logarithmic = false;         // what is not above 0 is left out
  bool whole = false;               // ticks are whole numbers
  bool from_zero = false;           // begins at 0
  std::optional<Range> range = {};  // in place of that of the points, which stay within it
  // Where the axis has its ticks, ascending, as far as there is room; without any, at round values.
  std::vector<double> ticks = {};
};

struct Curve {
  std::string name;
  std::string label = {};     // at its end
  size_t colour = 0;          // its number in the palette: the same for one thing in all charts
  std::vector<Point> points;  // by x; the band is drawn where `low` and `high` differ
};

struct Chart {
  std::string title;
  std::string group = {};  // charts that a page's switch shows together
  Axis x, y;
  std::vector<Curve> curves;
  bool diagonal = false;  // with a line where x and y are the same
};

// A <figure> with a drawing of 440 by 300 units, whose text can be read at 360 pixels. Its colours
// are the page's (figure/page.h). Parts of a curve that fewer runs have come to than others are
// dotted. All text may be anything.
std::string chart_figure(const Chart& chart);

}  // namespace trm::figure
