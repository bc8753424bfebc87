#pragma once

#include <string>
#include <vector>

namespace trm::figure {

// The name at the end of a curve, and where that is.
struct EndLabel {
  std::string text;
  std::string style;  // classes
  double from_x = 0, from_y = 0;
};

// Heights near those that are wanted, between top and bottom, with `apart` between neighbours where
// there is room for that; in the same order.
std::vector<double> spread(std::vector<double> wanted, double apart, double top, double bottom);

// The labels right of a drawing that ends at `right`, moved off each other, each behind a piece
// of its colour, to which a thin line leads from the end of its curve. More than have room between
// top and bottom are left to the legend.
std::string draw_end_labels(std::vector<EndLabel> labels, double right, double top, double bottom);

}  // namespace trm::figure
