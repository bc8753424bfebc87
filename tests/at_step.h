#pragma once

#include "tensor/torch.h"

namespace trm {

// The number of a training step as StepContext has it.
inline torch::Tensor at_step(int64_t step) { return torch::full({1}, step, at::kLong); }

}  // namespace trm
