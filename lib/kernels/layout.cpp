#include "kernels/layout.h"

namespace trm::kernels {

using torch::Tensor;

bool is_token_major(const Tensor& x) {
  return x.dim() == 3 && !x.is_contiguous() && x.transpose(0, 1).is_contiguous();
}

Tensor to_token_major(const Tensor& x) {
  return is_token_major(x) ? x : x.transpose(0, 1).contiguous().transpose(0, 1);
}

Tensor in_memory(const Tensor& x, Axis axis) {
  const auto tokens = x.transpose(0, 1);
  return axis == Axis::kChannels ? tokens : tokens.reshape({1, x.size(1), -1});
}

Tensor by_shape(const Tensor& y, Axis axis, int64_t batch) {
  const auto tokens = axis == Axis::kChannels ? y : y.view({y.size(1), batch, -1});
  return tokens.transpose(0, 1);
}

}  // namespace trm::kernels
