#pragma once

#include "tensor/torch.h"

namespace trm::loss {

// The loss of each cell's token.
class TokenLoss {
 public:
  virtual ~TokenLoss() = default;
  // logits [B, L, V], labels [B, L] int32 -> [B, L], 0 where the label is ignored.
  virtual torch::Tensor forward(const torch::Tensor& logits, const torch::Tensor& labels) const = 0;
};

}  // namespace trm::loss
