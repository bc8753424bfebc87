#pragma once

#include "tensor/torch.h"

namespace trm::loss {

// Which of the asked cells, those with a label, a row's answer has right.
struct Correctness {
  torch::Tensor cells;     // [B] int64: asked
  torch::Tensor exact;     // [B] bool: all of them; true for a row without labels
  torch::Tensor accuracy;  // [B] float32: share of them; 0 for a row without labels
};

// answers and labels: [B, L] of integers.
Correctness correctness(const torch::Tensor& answers, const torch::Tensor& labels);

}  // namespace trm::loss
