#include "loss/sums.h"

#include <ATen/ops/stack.h>

#include <algorithm>
#include <vector>

namespace trm::loss {

torch::Tensor to_tensor(const SumsOf<torch::Tensor>& sums) {
  std::vector<torch::Tensor> parts;
  SumsOf<torch::Tensor>::each(sums, [&](std::string_view /*name*/, const torch::Tensor& x) {
    parts.push_back(x.detach().to(at::kDouble));
  });
  return at::stack(parts);
}

Sums sums_from(std::span<const double> values) {
  Sums sums;
  size_t i = 0;
  Sums::each(sums, [&](std::string_view /*name*/, double& x) { x = values[i++]; });
  return sums;
}

Sums means(const Sums& sums, double rows, bool count_at_least_one) {
  const double count = count_at_least_one ? std::max(sums.count, 1.0) : sums.count;
  Sums means = sums;
  Sums::each(means, [&](std::string_view name, double& x) {
    if (name != "count") x /= is_loss(name) ? rows : count;
  });
  return means;
}

}  // namespace trm::loss
