#pragma once

#include "core/config.h"
#include "core/random.h"

namespace trm::data::maze {

// Which symmetries of the square are drawn for a training row.
struct SymmetryConfig {
  bool rotate = true;
  bool mirror = true;
  bool relabel = false;

  template <class V>
  void fields(V& v) {
    v("rotate", rotate, "turn by no, one, two or three quarters");
    v("mirror", mirror, "swap left and right half of the time");
    v("relabel", relabel,
      "then draw the path anew by the rule of Maze-Hard's labels; its choice among shortest paths "
      "is "
      "not symmetric");
  }
};

// The number of one of the enabled symmetries, all alike likely (data/grid_symmetry.h).
int draw_symmetry(const SymmetryConfig& config, Stream& stream);

}  // namespace trm::data::maze
