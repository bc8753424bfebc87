#pragma once

#include "tensor/torch.h"

namespace trm::nn {

// Draws initial weights. Draw k of a model comes from stream (seed, "init", k), so a model's
// weights are the same on every device, and the order of construction is the only order. It is
// the references' (spec 2.10) but for learned positions, which they draw after the head.
class Initializer {
 public:
  explicit Initializer(uint64_t seed) : seed_(seed) {}
  // Draws nothing: for weights that are another model's.
  static Initializer none() {
    Initializer init(0);
    init.draws_nothing_ = true;
    return init;
  }

  // Normal of standard deviation exactly `std`, cut at two of the underlying normal's deviations:
  // support +-2.2737 std (spec 2.1). float32 on the CPU; std = 0 gives zeros and draws nothing.
  torch::Tensor truncated_normal(at::IntArrayRef shape, double std);

 private:
  uint64_t seed_;
  uint64_t draws_ = 0;
  bool draws_nothing_ = false;
};

}  // namespace trm::nn
