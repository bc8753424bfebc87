#pragma once

#include <functional>

#include "eval/history.h"
#include "eval/search.h"
#include "eval/solver.h"

namespace trm::eval {

// What every supervision step said of every cell, to be looked at.
struct Frames {
  torch::Tensor answers;   // [R, S, L] int32
  torch::Tensor sureness;  // [R, S, L] uint8: the probability of the answer, 255 for 1
};

// What becomes of some puzzles.
struct Outcome {
  History history;
  model::Output last;  // of each row's last step, where asked; on the CPU
  Frames frames;       // where asked
};

// Advances trajectories until all have come to their depth or halted. Those that halt leave the
// batch, which changes nothing for the others.
class Stepper {
 public:
  struct Wanted {
    bool last = false, frames = false;
  };
  // rows_at_once: of one call of the solver. On a processor every call has as many, since a
  // product's bits can depend on them.
  Stepper(Solver& solver, const Search& search, int64_t rows_at_once)
      : solver_(solver), search_(search), rows_at_once_(rows_at_once) {}

  // All draws of some examples, [E] int64; `puzzles` has a row for each, on the host. between() is
  // called before each supervision step and may throw.
  Outcome run(const Batch& puzzles, const torch::Tensor& examples, const Wanted& wanted,
              const std::function<void()>& between) const;

 private:
  Trajectories begin(const Batch& puzzles, const torch::Tensor& examples) const;
  Reading advance(Trajectories& rows, int64_t step) const;

  Solver& solver_;
  const Search& search_;
  int64_t rows_at_once_;
};

}  // namespace trm::eval
