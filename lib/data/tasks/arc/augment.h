#pragma once

#include <vector>

#include "data/tasks/arc/puzzle.h"
#include "data/tasks/arc/transform.h"

namespace trm::data::arc {

// The transforms of a puzzle that is augmented `count` times: the identity, then those of the drawn
// ones whose puzzle is none that was there before, as a set of pairs. Puzzles of much symmetry have
// fewer: 5 * count are tried.
std::vector<Transform> draw_transforms(const Puzzle& puzzle, int64_t count, NumpyLegacy& random);

// The same from a stream that is the puzzle's own: a function of (seed, name and pairs of the
// puzzle).
std::vector<Transform> draw_transforms(const Puzzle& puzzle, int64_t count, uint64_t seed);

}  // namespace trm::data::arc
