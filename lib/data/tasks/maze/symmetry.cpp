#include "data/tasks/maze/symmetry.h"

#include <array>

namespace trm::data::maze {

int draw_symmetry(const SymmetryConfig& config, Stream& stream) {
  // By quarter turns: as it is, and with left and right swapped after the turn.
  constexpr std::array kTurned = {0, 1, 2, 3}, kMirrored = {4, 7, 5, 6};
  const auto turns = config.rotate ? static_cast<size_t>(stream.below(4)) : 0;
  const bool mirrored = config.mirror && stream.below(2) == 1;
  return mirrored ? kMirrored[turns] : kTurned[turns];
}

}  // namespace trm::data::maze
