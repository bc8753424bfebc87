#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/tasks/maze/grid.h"

namespace trm::data::maze {

// Steps from a cell to each other one through cells that are no walls; -1 where none lead there.
std::vector<int32_t> steps_from(Cells maze, size_t from);

// The cells of a shortest path from S to G, both included; empty where there is none. Of several it
// is the one in the labels of Maze-Hard: a breadth-first search from S that expands the cell below,
// left, right, above, and keeps the first parent of each cell.
std::vector<size_t> shortest_path(Cells maze);

// Steps of a shortest path from S to G, 0 where there is none.
int64_t shortest_steps(Cells maze);

// The maze with such a path marked, but for S and G.
Grid solved(Cells maze);

// Whether an answer changes nothing of the maze but open cells into path cells.
bool keeps_maze(Cells maze, Cells answer);

// Steps of the path that an answer marks in a maze, 0 where that is none. It is one when
// - the answer is the maze but for open cells that became path cells, and
// - S, G and the path cells, each beside those that share an edge with it, are one simple path from
// S
//   to G and nothing else: S and G have one of them beside them, every other has two.
// A path that touches itself is none: its cells do not say which way it goes, and a part of it can
// be left out.
int64_t marked_steps(Cells maze, Cells answer);

}  // namespace trm::data::maze
