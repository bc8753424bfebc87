#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/numpy_random.h"
#include "data/packed.h"
#include "data/tasks/sudoku/puzzle.h"

namespace trm::data::sudoku {

// Each puzzle as its own group with one example, id 0. Ratings and sources come along where all
// puzzles have them.
PackedSplit pack(std::span<const Puzzle> puzzles, Box box);

// The train split as the reference's builder makes it (spec 7.1): a subsample drawn
// without replacement when it is smaller than the set, then each puzzle as a group of itself and
// its augmentations, which are of 3x3 blocks alone. `random` is NumPy's global generator as it
// stands when the builder begins; the test split draws nothing and is pack()'s.
PackedSplit pack_as_reference(std::span<const Puzzle> train, Box box, NumpyLegacy& random,
                              std::optional<int64_t> subsample, int64_t augmentations);

}  // namespace trm::data::sudoku
