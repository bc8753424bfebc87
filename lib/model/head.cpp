#include "model/head.h"

#include "kernels/product.h"

namespace trm::model {

TokenHead::TokenHead(const Config& /*config*/, const GridSpec& spec, int64_t width,
                     nn::Initializer& init) {
  tokens_ = register_module("lm_head", std::make_shared<nn::Linear>(width, spec.vocabulary, init));
  halting_ =
      register_module("q_head", std::make_shared<nn::Weight>(at::IntArrayRef{2, width}, 0, init));
  halting_bias_ = halting_->register_parameter("bias", torch::full({2}, -5.0));
}

Output TokenHead::read(const torch::Tensor& z, int64_t prefix) const {
  const auto logits = tokens_->forward(z.slice(1, prefix)).contiguous();
  const auto first = z.select(1, 0);  // [B, D]
  const auto q = kernels::linear(first, halting_->weight, halting_->shadow) +
                 halting_bias_.to(z.scalar_type());
  const auto halting = q.to(at::kFloat);
  return {logits, halting.select(1, 0), halting.select(1, 1)};
}

}  // namespace trm::model
