#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "data/token.h"
#include "model/model.h"
#include "tensor/batch.h"

namespace trm::apps {

// What a model made of one puzzle.
struct Solved {
  std::vector<data::Token> puzzle, answer;  // tokens [cells]
  // The right answer, kIgnoredLabel where nothing is asked; all so where it is not known.
  std::vector<data::Token> expected;
  struct Step {
    int64_t cells_changed;  // since the step before, at first since the puzzle
    double halting_probability;
  };
  std::vector<Step> steps;

  bool is_known() const;  // whether any cell of the right answer is
  bool is_wrong(size_t cell) const {
    return expected[cell] != kIgnoredLabel && expected[cell] != answer[cell];
  }
  int64_t wrong_cells() const;
};

// After each supervision step of a batch, with what the cells were before it.
using SolveVisitor = std::function<void(const std::vector<Solved>& solved,
                                        const std::vector<std::vector<data::Token>>& before)>;

// The puzzles of a batch, each for `depth` supervision steps.
std::vector<Solved> solve_batch(model::Model& model, const Batch& batch, int64_t depth,
                                const SolveVisitor& visit = {});

}  // namespace trm::apps
