#pragma once

#include <string>
#include <vector>

#include "tensor/record.h"

namespace trm::eval {

// What trajectories went through: for each of a row's S supervision steps. One that halted keeps
// what it said last. Rows are by example, the draws of an example one behind the other, however
// they were computed; on the CPU once it is finished.
struct History {
  torch::Tensor example;     // [R] int64
  torch::Tensor known;       // [R] uint8: whether its answer is known
  torch::Tensor steps;       // [R] int32: supervision steps that it took
  torch::Tensor exact;       // [R, S] uint8: 0 where no answer is known
  torch::Tensor accuracy;    // [R, S] float32: share of the asked cells that are right
  torch::Tensor value;       // [R, S] float32: the halting value, a logit
  torch::Tensor residual;    // [R, S] float32; not a number after the first step
  torch::Tensor confidence;  // [R, S] float32: mean over cells of the largest probability
  torch::Tensor changed;     // [R, S] int32: cells that changed in the step, none in the first
  torch::Tensor metrics;     // [R, S, M] float64: Solver::metrics()
  torch::Tensor answers;     // [R, K, L] int32: after each of Search::depths

  template <class Self, class F>
  static void each(Self& self, const F& f) {
    f("example", self.example);
    f("known", self.known);
    f("steps", self.steps);
    f("exact", self.exact);
    f("accuracy", self.accuracy);
    f("value", self.value);
    f("residual", self.residual);
    f("confidence", self.confidence);
    f("changed", self.changed);
    f("metrics", self.metrics);
    f("answers", self.answers);
  }

  int64_t rows() const { return example.size(0); }
};

// The rows of one behind those of the other.
History joined(const std::vector<History>& parts);

}  // namespace trm::eval
