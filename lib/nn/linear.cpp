#include "nn/linear.h"

#include <cmath>

#include "kernels/product.h"

namespace trm::nn {
namespace {

// A GPU's products of bfloat16 want rows that begin at 16 bytes: those of 97 numbers have 7 more
// behind them.
torch::Tensor empty_shadow(const torch::Tensor& weight, at::ScalarType type) {
  constexpr int64_t kRow = 8;
  const int64_t width = weight.size(1);
  const int64_t padded = weight.is_cuda() ? (width + kRow - 1) / kRow * kRow : width;
  return torch::zeros({weight.size(0), padded}, weight.options().dtype(type).requires_grad(false))
      .narrow(1, 0, width);
}

}  // namespace

Weight::Weight(at::IntArrayRef shape, double std, Initializer& init)
    : weight(register_parameter("weight", init.truncated_normal(shape, std))) {}

void Weight::cast(at::ScalarType activations) {
  torch::NoGradGuard no_grad;
  const bool tiled = packing_ && kernels::can_pack(weight.device(), activations, packing_->inner,
                                                   packing_->channels);
  if (tiled || activations == weight.scalar_type()) {
    shadow = torch::Tensor();
  } else if (shadow.defined() && shadow.device() == weight.device()) {
    shadow.copy_(weight);
  } else {
    shadow = empty_shadow(weight, activations).copy_(weight);
  }
  if (tiled) {
    kernels::pack(weight, packing_->axis, activations, packed);
  } else {
    packed = {};
  }
}

void Weight::pack_along(kernels::Axis axis, int64_t inner, int64_t channels) {
  packing_ = {axis, inner, channels};
}

Linear::Linear(int64_t in, int64_t out, Initializer& init)
    : Weight({out, in}, 1.0 / std::sqrt(static_cast<double>(in)), init) {}

torch::Tensor Linear::forward(const torch::Tensor& x) const {
  return kernels::linear(x, weight, shadow);
}

void cast_weights(torch::nn::Module& module, at::ScalarType activations) {
  // Not include_self: a model casts its weights in its constructor, before a shared_ptr owns it.
  for (const auto& part : module.modules(/*include_self=*/false)) {
    if (auto* weight = part->as<Weight>()) weight->cast(activations);
  }
}

void share_shadows(torch::nn::Module& module, const torch::nn::Module& other) {
  const auto mine = module.modules(/*include_self=*/false);
  const auto theirs = other.modules(/*include_self=*/false);
  for (size_t i = 0; i < mine.size(); ++i) {
    auto* weight = mine[i]->as<Weight>();
    if (!weight) continue;
    weight->shadow = theirs[i]->as<Weight>()->shadow;
    weight->packed = theirs[i]->as<Weight>()->packed;
  }
}

}  // namespace trm::nn
