#include "nn/swiglu.h"

#include <cmath>

#include "kernels/gate.h"
#include "kernels/product.h"
#include "kernels/swiglu.h"

namespace trm::nn {

int64_t SwiGlu::inner_width(int64_t width, double expansion) {
  constexpr int64_t kMultiple = 256;
  const auto wanted = std::llrint(expansion * static_cast<double>(width) * 2.0 / 3.0);
  return (wanted + kMultiple - 1) / kMultiple * kMultiple;
}

SwiGlu::SwiGlu(int64_t width, double expansion, kernels::Axis axis, Initializer& init)
    : axis_(axis) {
  const int64_t inner = inner_width(width, expansion);
  gate_up_ = register_module("gate_up_proj", std::make_shared<Linear>(width, 2 * inner, init));
  down_ = register_module("down_proj", std::make_shared<Linear>(inner, width, init));
}

void SwiGlu::pack_for(int64_t channels) {
  const int64_t inner = down_->weight.size(1);
  gate_up_->pack_along(axis_, inner, channels);
  down_->pack_along(axis_, inner, channels);
}

torch::Tensor SwiGlu::forward(const torch::Tensor& x) const {
  if (axis_ == kernels::Axis::kChannels) {
    return down_->forward(kernels::gate(gate_up_->forward(x), 2));
  }
  const auto inner = kernels::mix_positions(x, gate_up_->weight, gate_up_->shadow);
  return kernels::mix_positions(kernels::gate(inner, 1), down_->weight, down_->shadow);
}

torch::Tensor SwiGlu::sublayer(const torch::Tensor& h, double epsilon) const {
  return kernels::swiglu_norm(h,
                              {gate_up_->weight, down_->weight, gate_up_->shadow, down_->shadow,
                               gate_up_->packed, down_->packed},
                              axis_, epsilon);
}

Cost SwiGlu::cost(int64_t rows, int64_t others) const {
  const int64_t width = down_->weight.size(0), inner = down_->weight.size(1);
  Cost cost;
  cost.saved_numbers = rows * others * 3 * inner;  // gate and up, and their product
  // Along the positions of [B, T, D] it is a product a trajectory; token-major, one for all.
  if (axis_ == kernels::Axis::kChannels) {
    cost.products = {gate_up_->product(rows * others), down_->product(rows * others)};
  } else {
    constexpr auto along = Product::Joins::kColumns;
    cost.products = {{rows, 2 * inner, width, others, along}, {rows, width, inner, others, along}};
  }
  return cost;
}

}  // namespace trm::nn
