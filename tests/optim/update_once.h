#pragma once

#include "optim/optimizer.h"

namespace trm::optim {

// A step of an optimizer on its own.
inline void update_once(Optimizer& optimizer, const FlatStore& store, int64_t step, double rate,
                        const torch::Tensor& apply) {
  optimizer.update(store, torch::tensor(optimizer.numbers(step, rate)), apply);
}

}  // namespace trm::optim
