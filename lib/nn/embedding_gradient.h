#pragma once

#include "tensor/torch.h"

namespace trm::nn {

// The gradient of an embedding's table of `entries` rows, [entries, D] float32, from that of the
// looked-up vectors, dy [..., D] for ids [...]: the product of one-hot rows with dy. A GPU's way:
// LibTorch's own adds by atomics, in any order, where tokens are few.
torch::Tensor embedding_gradient(const torch::Tensor& dy, const torch::Tensor& ids,
                                 int64_t entries);

}  // namespace trm::nn
