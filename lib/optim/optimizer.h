#pragma once

#include "optim/flat_store.h"

namespace trm::optim {

// One update of all parameters from their gradients. Its moments are saved with the run.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // What update() takes of a step: counted from 1, with the scheduled learning rate. Always as
  // many.
  virtual std::vector<float> numbers(int64_t step, double rate) const = 0;

  // numbers: those, on the device, as is all that changes from step to step: the update may be
  // recorded once and replayed. apply: [1] float there; where it is 0 nothing changes.
  virtual void update(const FlatStore& store, const torch::Tensor& numbers,
                      const torch::Tensor& apply) = 0;

  // Base learning rate, before the schedule.
  virtual double base_rate() const = 0;

  virtual void save(const FlatStore& store, Archive& archive) const = 0;
  virtual void load(const FlatStore& store, const Archive& archive) = 0;
};

}  // namespace trm::optim
