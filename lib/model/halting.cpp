#include "model/halting.h"

#include <ATen/ops/maximum.h>
#include <ATen/ops/where.h>

namespace trm::model {

Carry Halting::fresh(const LatentState& initial, const Batch& like) {
  const int64_t rows = like.rows();
  const auto device = like.inputs.device();
  return {initial.repeat(rows), torch::zeros({rows}, torch::dtype(at::kInt).device(device)),
          torch::ones({rows}, torch::dtype(at::kBool).device(device)),
          record::map(like, [](const torch::Tensor& x) { return torch::zeros_like(x); })};
}

void Halting::begin(Carry& carry, const Batch& batch, const LatentState& initial) {
  torch::NoGradGuard no_grad;
  const auto& halted = carry.halted;
  record::replace_rows(carry.state, halted, initial);
  carry.steps = carry.steps.masked_fill(halted, 0);
  record::replace_rows(carry.data, halted, batch);
  carry.data.puzzles = batch.puzzles;
}

void Halting::finish(Carry& carry, const Output& output, const torch::Tensor& explore) const {
  torch::NoGradGuard no_grad;
  carry.steps = carry.steps + 1;
  carry.halted = carry.steps.ge(config_.max_steps);
  if (!explore.defined() || config_.max_steps == 1) return;
  const bool alone = config_.continue_head == "none";
  carry.halted =
      carry.halted.logical_or(alone ? output.q_halt.gt(0) : output.q_halt.gt(output.q_continue));
  // A uniform whole number of 2 .. max_steps for the exploring rows, 0 for the others.
  const auto least =
      (explore.select(1, 1) * static_cast<double>(config_.max_steps - 1)).floor() + 2;
  const auto exploring = explore.select(1, 0).lt(config_.exploration);
  carry.halted = carry.halted.logical_and(carry.steps.ge(least * exploring));
}

torch::Tensor Halting::continue_target(const Carry& carry, const Output& next) const {
  torch::NoGradGuard no_grad;
  const auto last = carry.steps.ge(config_.max_steps);
  return at::where(last, next.q_halt, at::maximum(next.q_halt, next.q_continue)).sigmoid();
}

}  // namespace trm::model
