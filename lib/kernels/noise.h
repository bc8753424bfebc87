#pragma once

#include "tensor/torch.h"

namespace trm::kernels {

// Uniform numbers in [0, 1) as a function of (key, step, row id, column) alone: Philox streams of
// core/random.h, row r of the result being the stream of the id rows[r]. step: [1] int64, rows: [R]
// int64 on one device, where the step is read; [R, columns] float32 there.
torch::Tensor uniform(uint64_t key, const torch::Tensor& step, const torch::Tensor& rows,
                      int64_t columns);

}  // namespace trm::kernels
