#pragma once

#include "tensor/torch.h"

// Random numbers as a function of (key, step, row id, column) alone: Philox streams of
// core/random.h, row r of a result being the stream of the id rows[r]. step: [1] int64, rows: [R]
// int64 on one device, where the step is read; each gives [R, columns] float32 there.
namespace trm::kernels {

// In [0, 1), of 24 bits.
torch::Tensor uniform(uint64_t key, const torch::Tensor& step, const torch::Tensor& rows,
                      int64_t columns);

// Of mean 0 and variance 1, up to 5.3 deviations, which is as far as 24 bits reach.
torch::Tensor normal(uint64_t key, const torch::Tensor& step, const torch::Tensor& rows,
                     int64_t columns);

// CutNormal of deviation 1, from which initial latents are drawn as well.
torch::Tensor truncated_normal(uint64_t key, const torch::Tensor& step, const torch::Tensor& rows,
                               int64_t columns);

}  // namespace trm::kernels
