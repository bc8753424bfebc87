#pragma once

#include <variant>

#include "core/random.h"
#include "data/tasks/maze/grid.h"

namespace trm::data::maze {

// Walls on random cells, their number drawn evenly between two shares of all cells.
struct Density {
  double low = 0.3, high = 0.5;
};

// One path between any two open cells. Rooms are the cells of odd rows and columns, counted from 1;
// a depth-first walk that goes on to a random new room, and back when there is none, opens the cell
// between each room and the one it was entered from. All other cells are walls: with an even side
// the last row and column, too.
struct Perfect {};

using Layout = std::variant<Density, Perfect>;

// The fewest and most walls of a density.
struct WallCount {
  size_t low = 0, high = 0;
};
WallCount wall_count(const Density& density, size_t side);

// Walls and open cells, without S and G.
Grid draw_layout(const Layout& layout, size_t side, Stream& stream);

}  // namespace trm::data::maze
