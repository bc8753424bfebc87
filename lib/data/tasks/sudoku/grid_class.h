#pragma once

#include <cstdint>
#include <vector>

#include "data/tasks/sudoku/board.h"

namespace trm::data::sudoku {

// The least grid, read row by row, among the images of a complete grid under every symmetry of its
// box (symmetry.h). Two grids have the same one exactly when they are equivalent.
Board least_image(Cells grid, Box box);

// The same of a puzzle with that complete grid as a solution: the least question among the images
// whose grid is the least. Two puzzles with one solution each have the same one exactly when they
// are equivalent.
Board least_puzzle(Cells question, Cells grid, Box box);

struct GridClass {
  Board form;         // its least grid
  int64_t grids = 0;  // how many grids it has
};

// Every class, in the order of the forms. For 2x2 blocks (2 classes) and 2x3 blocks (49).
std::vector<GridClass> grid_classes(Box box);

}  // namespace trm::data::sudoku
