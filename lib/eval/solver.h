#pragma once

#include <memory>
#include <string>
#include <vector>

#include "eval/trajectories.h"
#include "model/head.h"
#include "tensor/device.h"

namespace trm::eval {

// What trajectories say after a supervision step, a row each, on the device.
struct Reading {
  // What the model says. An objective without halting values says 0 there, one without logits
  // leaves them undefined, and then there is no confidence and no residual of logits.
  model::Output output;
  torch::Tensor answers;  // [R, L] int32
  torch::Tensor metrics;  // [R, M] float64: of Solver::metrics(), 0 in a row that does not count
};

// A trained model as an evaluation sees it, whatever its objective: how a trajectory begins, what
// a supervision step of it is, what it says then, and what the objective's own scores are.
// Selection, halting, statistics and reports are written over this alone.
class Solver {
 public:
  virtual ~Solver() = default;

  virtual const GridSpec& spec() const = 0;
  virtual const Compute& compute() const = 0;
  // Names of scores besides exact and cell accuracy, each a sum over trajectories divided by the
  // number of puzzles with a known answer; a loss ends in "loss".
  virtual std::vector<std::string> metrics() const = 0;

  // The state of fresh trajectories; all else of `rows` is there.
  virtual void start(Trajectories& rows) = 0;
  // Supervision step `step`, from 1, of every row.
  virtual Reading advance(Trajectories& rows, int64_t step) = 0;

  // Floating point operations of the matrix products of one trajectory's supervision step.
  virtual double operations() const = 0;
  // For another worker: the same weights, nothing shared that is written.
  virtual std::shared_ptr<Solver> replica() const = 0;
};

}  // namespace trm::eval
