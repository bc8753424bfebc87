#pragma once

#include "model/state.h"
#include "tensor/batch.h"

namespace trm::eval {

// Ways of solving puzzles that are under way, R of them, in any order: each is one draw of one
// example, wherever it stands.
struct Trajectories {
  model::LatentState state;
  Batch data;             // the puzzles
  torch::Tensor example;  // [R] int64: of the data set; -1 of padding
  torch::Tensor draw;     // [R] int64: which of the puzzle's, from 0

  template <class Self, class F>
  static void each(Self& self, const F& f) {
    model::LatentState::each(self.state, f);
    Batch::each(self.data, f);
    f("example", self.example);
    f("draw", self.draw);
  }

  int64_t rows() const { return example.size(0); }
  // rows [K]: indices
  Trajectories select(const torch::Tensor& rows) const { return record::select(*this, rows); }
  // Who a row is in a draw of random numbers (model::StepContext::rows).
  torch::Tensor ids() const { return example + draw * (int64_t{1} << 32); }
};

}  // namespace trm::eval
