#pragma once

#include "nn/mixer.h"
#include "nn/swiglu.h"

namespace trm::nn {

// The SwiGLU over the channels of every token that ends each block (`mlp`, spec 2.3).
class ChannelMlp : public Mixer {
 public:
  ChannelMlp(double expansion, const MixerShape& shape, Initializer& init);

  torch::Tensor forward(const torch::Tensor& x, const MixerContext& /*context*/) override {
    return mix_.forward(x);
  }
  torch::Tensor sublayer(const torch::Tensor& h, const MixerContext& /*context*/) override {
    return mix_.sublayer(h, kNormEpsilon);
  }
  kernels::Axis axis() const override { return kernels::Axis::kChannels; }
  std::string_view parameter_prefix() const override { return "mlp"; }
  Cost cost(int64_t rows) const override { return mix_.cost(rows, tokens_); }

 private:
  int64_t tokens_;
  SwiGlu mix_;
};

}  // namespace trm::nn
