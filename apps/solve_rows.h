#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "data/token.h"
#include "eval/search.h"
#include "eval/solver.h"
#include "experiment/assemble.h"
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

// What solves: a model by the keys of `evaluate`.
struct Searcher {
  std::shared_ptr<eval::Solver> solver;
  eval::Search search;

  explicit Searcher(const experiment::TrainedModel& trained);
};

// Each supervision step of a batch, once all are done, with what the cells were before it. Rows
// that halted before it stay as they are.
using SolveVisitor = std::function<void(const std::vector<Solved>& solved,
                                        const std::vector<std::vector<data::Token>>& before)>;

// The puzzles of a batch, whose numbers among all are from `first` on: what the trajectory that
// answers said, of each.
std::vector<Solved> solve_batch(const Searcher& searcher, const Batch& batch, int64_t first = 0,
                                const SolveVisitor& visit = {});

}  // namespace trm::apps
