#include "model/halting.h"

#include <ATen/ops/maximum.h>
#include <ATen/ops/where.h>

namespace trm::model {

Carry Carry::slice(int64_t begin, int64_t end) const {
  return {state.slice(begin, end), steps.slice(0, begin, end), halted.slice(0, begin, end),
          data.slice(begin, end)};
}

void Carry::copy_where(const torch::Tensor& apply, const Carry& other) {
  torch::NoGradGuard no_grad;
  state.copy_where(apply, other.state);
  const auto taken = apply.ne(0);
  const auto copy = [&](torch::Tensor& into, const torch::Tensor& from) {
    at::where_out(into, taken, from, into);
  };
  copy(steps, other.steps);
  copy(halted, other.halted);
  copy(data.inputs, other.data.inputs);
  copy(data.labels, other.data.labels);
  copy(data.puzzle_ids, other.data.puzzle_ids);
}

void Carry::save(Archive& archive) const {
  for (const auto& [name, value] : state.tensors()) archive.add(name, value);
  archive.add("steps", steps);
  archive.add("halted", halted);
  archive.add("current_data.inputs", data.inputs);
  archive.add("current_data.labels", data.labels);
  archive.add("current_data.puzzle_identifiers", data.puzzle_ids);
}

void Carry::load(const Archive& archive) {
  const auto read = [&](const std::string& name, const torch::Tensor& into) {
    copy_checked(archive.at(name), into, archive.where, name);
  };
  for (const auto& [name, value] : state.tensors()) read(name, value);
  read("steps", steps);
  read("halted", halted);
  read("current_data.inputs", data.inputs);
  read("current_data.labels", data.labels);
  read("current_data.puzzle_identifiers", data.puzzle_ids);
}

Carry Halting::fresh(const LatentState& initial, const Batch& like) {
  const int64_t rows = like.rows();
  const auto device = like.inputs.device();
  auto state = initial.repeat(rows);
  return {state,
          torch::zeros({rows}, torch::dtype(at::kInt).device(device)),
          torch::ones({rows}, torch::dtype(at::kBool).device(device)),
          {torch::zeros_like(like.inputs), torch::zeros_like(like.labels),
           torch::zeros_like(like.puzzle_ids), like.puzzles}};
}

void Halting::begin(Carry& carry, const Batch& batch, const LatentState& initial) {
  torch::NoGradGuard no_grad;
  const auto& halted = carry.halted;
  const auto rows = halted.unsqueeze(1);
  carry.state.reset(halted, initial);
  carry.steps = carry.steps.masked_fill(halted, 0);
  carry.data.inputs = at::where(rows, batch.inputs, carry.data.inputs);
  carry.data.labels = at::where(rows, batch.labels, carry.data.labels);
  carry.data.puzzle_ids = at::where(halted, batch.puzzle_ids, carry.data.puzzle_ids);
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
