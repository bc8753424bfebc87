#pragma once

#include "optim/flat_store.h"

namespace trm::optim {

// One update of all parameters from their gradients. Its moments are saved with the run.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // step counts from 1; rate is the scheduled learning rate. apply: [1] float on the device; where
  // it is 0 nothing changes.
  virtual void update(const FlatStore& store, int64_t step, double rate,
                      const torch::Tensor& apply) = 0;

  // Base learning rate, before the schedule.
  virtual double base_rate() const = 0;

  virtual void save(const FlatStore& store, Archive& archive) const = 0;
  virtual void load(const FlatStore& store, const Archive& archive) = 0;
};

}  // namespace trm::optim
