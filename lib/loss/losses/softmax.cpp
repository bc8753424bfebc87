#include "loss/losses/softmax.h"

#include <ATen/ops/cross_entropy_loss.h>

#include "tensor/batch.h"

namespace trm::loss {

torch::Tensor Softmax::forward(const torch::Tensor& logits, const torch::Tensor& labels) const {
  const auto flat = logits.reshape({-1, logits.size(-1)}).to(at::kFloat);
  return at::cross_entropy_loss(flat, labels.reshape(-1).to(at::kLong), {}, at::Reduction::None,
                                kIgnoredLabel)
      .view(labels.sizes());
}

}  // namespace trm::loss
