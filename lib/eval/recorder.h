#pragma once

#include "eval/stepper.h"

namespace trm::eval {

// Writes down what trajectories say while they advance, into the rows of a history, and tells who
// has halted.
class Recorder {
 public:
  Recorder(const Solver& solver, const Search& search, const Stepper::Wanted& wanted,
           const Trajectories& begun);

  // After supervision step `step`. `index` [R] says which rows of the history `rows` are.
  void note(int64_t step, const Trajectories& rows, const Reading& reading,
            const torch::Tensor& index);

  // Which of the rows of the last note() halt [R], bool.
  torch::Tensor halted() const;
  // The halting values of the last note(), and that its rows are now these of them.
  const torch::Tensor& values() const { return value_; }
  void select(const torch::Tensor& rows);

  // Fills what halted rows did not live to see; on the CPU.
  Outcome finish();

 private:
  torch::Tensor residual(const Trajectories& rows, const Reading& reading) const;
  void keep_answers(int64_t step, const Reading& reading, const torch::Tensor& index);
  void keep_last(const Reading& reading, const torch::Tensor& index);
  void keep_frames(int64_t step, const Reading& reading, const torch::Tensor& index);

  const Search& search_;
  Stepper::Wanted wanted_;
  int64_t cells_, vocabulary_;
  Outcome outcome_;
  // Of the last note(), for the next.
  torch::Tensor value_, residual_, answers_, logits_;
  model::LatentState state_;
  bool begun_ = false;
};

}  // namespace trm::eval
