#pragma once

#include "tensor/torch.h"

namespace trm::kernels {

// Uniform numbers in [0, 1) as a function of (key, step, row id, column) alone: Philox streams of
// core/random.h, row r of the result being the stream of the id rows[r]. rows: [R] int64;
// [R, columns] float32 on its device.
torch::Tensor uniform(uint64_t key, int64_t step, const torch::Tensor& rows, int64_t columns);

}  // namespace trm::kernels
