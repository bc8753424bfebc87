#include "data/tasks/maze/build.h"

#include "data/grid_symmetry.h"
#include "data/origins.h"

namespace trm::data::maze {
namespace {

void add_image(Cells grid, int symmetry, std::vector<uint8_t>& tokens) {
  const auto side = static_cast<int64_t>(side_of(grid.size()).value());
  tokens.resize(tokens.size() + grid.size());
  apply_symmetry(symmetry, {side, side}, grid, std::span(tokens).last(grid.size()));
}

}  // namespace

PackedSplit pack(std::span<const Puzzle> puzzles, Copies copies) {
  PackedSplit split;
  for (const Puzzle& puzzle : puzzles) {
    for (int symmetry = 0; symmetry < (copies == Copies::kOne ? 1 : kGridSymmetries); ++symmetry) {
      add_image(puzzle.question, symmetry, split.inputs);
      add_image(puzzle.answer, symmetry, split.labels);
      add_origin(puzzle.rating, puzzle.source, split);
      split.puzzle_ids.push_back(0);
      split.puzzle_begin.push_back(static_cast<int32_t>(split.puzzle_ids.size()));
    }
    split.group_begin.push_back(static_cast<int32_t>(split.puzzle_ids.size()));
  }
  end_origins(split);
  return split;
}

}  // namespace trm::data::maze
