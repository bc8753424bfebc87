#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "model/model.h"

namespace trm::plan {

// What a training step and an evaluation depend on besides the model.
struct Step {
  int64_t batch;             // its rows
  int64_t shards;            // equal parts of them, each computed by one worker
  bool averages;             // whether averages of the weights are kept
  bool frozen;               // whether the weights stay as they are: they have no gradient
  int64_t evaluation_depth;  // supervision steps of a puzzle's evaluation, of all its trajectories
};

// What a training step and an evaluation will do, worked out without doing it.
struct Plan {
  int64_t parameters = 0;            // without the puzzle embedding
  int64_t puzzle_numbers = 0;        // in the puzzle embedding
  double operations = 0;             // of a step's matrix products; a multiply-add counts two
  double evaluation_operations = 0;  // of those of a puzzle's evaluation
  double state_bytes = 0;       // weights, gradients, moments, averages, puzzle embedding, carry
  double activation_bytes = 0;  // kept from forward to backward
  double process_bytes = 0;     // of the program and LibTorch, before the model
  double gap_bytes = 0;         // that the allocator leaves between blocks
  double memory_bytes() const { return process_bytes + state_bytes + activation_bytes + gap_bytes; }
};
Plan plan_step(const Step& step, const model::Model& model);

// The same with what the process has besides; `process_bytes` before the model was built.
Plan plan_run(const Step& step, const model::Model& model, double process_bytes);

// The least number of equal parts of `batch` rows, from `from` on, with which a step fits; nothing
// where parts of one row do not. fits(shards) is false up to some number and true from there on.
std::optional<int64_t> least_shards(int64_t batch, int64_t from,
                                    const std::function<bool(int64_t)>& fits);

// Every kind of matrix product of a training step, forward and backward, once, with how often it
// is done, in the order in which a step first comes to them.
struct StepProduct {
  nn::Product shape;
  int64_t times;
};
std::vector<StepProduct> step_products(const Step& step, const model::Model& model);

}  // namespace trm::plan
