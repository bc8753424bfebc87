#include "nn/initializer.h"

#include <ATen/ops/erfinv.h>

#include <numbers>

#include "core/cut_normal.h"
#include "core/random.h"
#include "tensor/values.h"

namespace trm::nn {

torch::Tensor Initializer::truncated_normal(at::IntArrayRef shape, double std) {
  if (draws_nothing_) return torch::empty(shape);
  const auto result = torch::zeros(shape);
  if (std == 0) return result;
  const auto [mass, wide] = CutNormal::of(std);

  Stream stream(seed_, "init", draws_++);
  const auto uniform = torch::empty(shape, at::kDouble);
  for (double& u : writable_values_of<double>(uniform)) u = (2 * stream.uniform() - 1) * mass;
  const auto normal = at::erfinv(uniform).mul_(std::numbers::sqrt2 * wide);
  return result.copy_(normal.clamp_(-CutNormal::kCut * wide, CutNormal::kCut * wide));
}

}  // namespace trm::nn
