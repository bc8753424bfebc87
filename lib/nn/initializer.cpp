#include "nn/initializer.h"

#include <ATen/ops/erfinv.h>

#include <cmath>
#include <numbers>

#include "core/random.h"
#include "tensor/values.h"

namespace trm::nn {

torch::Tensor Initializer::truncated_normal(at::IntArrayRef shape, double std) {
  if (draws_nothing_) return torch::empty(shape);
  const auto result = torch::zeros(shape);
  if (std == 0) return result;
  constexpr double kCut = 2;
  const double mass = std::erf(kCut / std::numbers::sqrt2);  // probability within the cut
  const double density = std::exp(-kCut * kCut / 2) / std::sqrt(2 * std::numbers::pi);
  const double wide = std / std::sqrt(1 - 2 * kCut * density / mass);

  Stream stream(seed_, "init", draws_++);
  const auto uniform = torch::empty(shape, at::kDouble);
  for (double& u : writable_values_of<double>(uniform)) u = (2 * stream.uniform() - 1) * mass;
  const auto normal = at::erfinv(uniform).mul_(std::numbers::sqrt2 * wide);
  return result.copy_(normal.clamp_(-kCut * wide, kCut * wide));
}

}  // namespace trm::nn
