#include "nn/mixers/attention.h"

#include "core/error.h"
#include "kernels/attention.h"

namespace trm::nn {

Attention::Attention(const Config& config, const MixerShape& shape, Initializer& init)
    : tokens_(shape.tokens), heads_(config.heads), head_size_(shape.width / config.heads) {
  if (head_size_ == 0) {
    throw Error("model.layers.mixer.heads: " + std::to_string(heads_) + " heads for a width of " +
                std::to_string(shape.width) + "; use at most as many heads as the width");
  }
  const int64_t inner = heads_ * head_size_;
  qkv_ = register_module("qkv_proj", std::make_shared<Linear>(shape.width, 3 * inner, init));
  out_ = register_module("o_proj", std::make_shared<Linear>(inner, shape.width, init));
}

torch::Tensor Attention::forward(const torch::Tensor& x, const MixerContext& context) {
  const int64_t rows = x.size(0), tokens = x.size(1);
  const auto qkv = qkv_->forward(x).view({rows, tokens, 3 * heads_, head_size_});
  const auto mixed = kernels::attention(qkv, context.cos, context.sin);
  return out_->forward(mixed.view({rows, tokens, heads_ * head_size_}));
}

Cost Attention::cost(int64_t rows) const {
  const int64_t all = rows * tokens_, inner = heads_ * head_size_;
  return {{qkv_->product(all),
           {rows * heads_, tokens_, head_size_, tokens_},
           {rows * heads_, tokens_, tokens_, head_size_},
           out_->product(all)},
          // Queries, keys and values, and what attention returns; on a GPU turned queries and keys
          // besides.
          all * 5 * inner};
}

}  // namespace trm::nn
