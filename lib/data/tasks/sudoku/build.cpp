#include "data/tasks/sudoku/build.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "data/origins.h"
#include "data/tasks/sudoku/symmetry.h"

namespace trm::data::sudoku {
namespace {

void add_tokens(Cells digits, Box box, std::vector<uint8_t>& tokens) {
  if (digits.size() != static_cast<size_t>(box.cells())) {
    throw std::logic_error("sudoku pack: size of the board");
  }
  std::ranges::transform(digits, std::back_inserter(tokens), token);
}

// A puzzle with one example, which has the rating and source of the original.
void add_example(Cells question, Cells answer, const Puzzle& original, Box box,
                 PackedSplit& split) {
  add_tokens(question, box, split.inputs);
  add_tokens(answer, box, split.labels);
  add_origin(original.rating, original.source, split);
  split.puzzle_ids.push_back(0);
  split.puzzle_begin.push_back(static_cast<int32_t>(split.puzzle_ids.size()));
}

void end_group(PackedSplit& split) {
  split.group_begin.push_back(static_cast<int32_t>(split.puzzle_ids.size()));
}

}  // namespace

PackedSplit pack(std::span<const Puzzle> puzzles, Box box) {
  PackedSplit split;
  for (const Puzzle& puzzle : puzzles) {
    add_example(puzzle.question, puzzle.answer, puzzle, box, split);
    end_group(split);
  }
  end_origins(split);
  return split;
}

PackedSplit pack_as_reference(std::span<const Puzzle> train, Box box, NumpyLegacy& random,
                              std::optional<int64_t> subsample, int64_t augmentations) {
  std::vector<int64_t> order(train.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  const auto total = static_cast<int64_t>(train.size());
  if (subsample && *subsample < total) order = random.choice(total, *subsample);
  PackedSplit split;
  split.wide = augmentations > 0;
  Board question(static_cast<size_t>(box.cells())), answer = question;
  for (const int64_t index : order) {
    const Puzzle& puzzle = train[static_cast<size_t>(index)];
    add_example(puzzle.question, puzzle.answer, puzzle, box, split);
    for (int64_t i = 0; i < augmentations; ++i) {
      const Symmetry symmetry(random);
      symmetry.apply(puzzle.question, question);
      symmetry.apply(puzzle.answer, answer);
      add_example(question, answer, puzzle, box, split);
    }
    end_group(split);
  }
  end_origins(split);
  return split;
}

}  // namespace trm::data::sudoku
