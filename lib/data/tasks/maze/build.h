#pragma once

#include <span>

#include "data/packed.h"
#include "data/tasks/maze/puzzle.h"

namespace trm::data::maze {

// Each maze as a group of its own, id 0: one puzzle with one example; or, as the reference's
// builder augments (spec 7.2), eight of them, one for each symmetry in the order of their numbers.
// Ratings and sources come along where all mazes have them.
enum class Copies { kOne, kSymmetries };
PackedSplit pack(std::span<const Puzzle> puzzles, Copies copies = Copies::kOne);

}  // namespace trm::data::maze
