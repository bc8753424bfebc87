#include "loss/correctness.h"

#include "tensor/batch.h"

namespace trm::loss {

Correctness correctness(const torch::Tensor& answers, const torch::Tensor& labels) {
  const auto asked = labels.ne(kIgnoredLabel);
  const auto cells = asked.sum(-1);
  const auto right = answers.eq(labels).logical_and(asked).sum(-1);
  return {cells, right.eq(cells), right.to(at::kFloat) / cells.clamp_min(1)};
}

}  // namespace trm::loss
