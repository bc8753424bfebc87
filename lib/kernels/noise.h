#pragma once

#include "tensor/torch.h"

namespace trm::kernels {

// Uniform numbers in [0, 1) as a function of (key, step, row, column) alone: Philox streams of
// core/random.h, row r of the result being the stream of global row first_row + r. [rows, columns]
// float32 on `device`.
torch::Tensor uniform(uint64_t key, int64_t step, int64_t first_row, at::IntArrayRef shape,
                      const torch::Device& device);

}  // namespace trm::kernels
