#include "nn/mixers/token_mlp.h"

namespace trm::nn {

TokenMlp::TokenMlp(const Config& config, const MixerShape& shape, Initializer& init)
    : width_(shape.width), mix_(shape.tokens, config.expansion, kernels::Axis::kPositions, init) {
  // The SwiGLU's weights are this mixer's own: one level of names, as the reference has it.
  for (const auto& child : mix_.named_children()) register_module(child.key(), child.value());
}

torch::Tensor TokenMlp::forward(const torch::Tensor& x, const MixerContext& /*context*/) {
  return mix_.forward(x);
}

}  // namespace trm::nn
