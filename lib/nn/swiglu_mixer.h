#pragma once

#include "nn/mixer.h"
#include "nn/swiglu.h"

namespace trm::nn {

// A SwiGLU as a sublayer: over the channels of every token, which ends each block (spec 2.3), or
// over the positions.
class SwiGluMixer : public Mixer {
 public:
  // prefix: the name of its weights in checkpoints, a literal.
  SwiGluMixer(kernels::Axis axis, std::string_view prefix, double expansion,
              const MixerShape& shape, Initializer& init);

  torch::Tensor forward(const torch::Tensor& x, const MixerContext& /*context*/) override {
    return mix_.forward(x);
  }
  torch::Tensor sublayer(const torch::Tensor& h, const MixerContext& /*context*/) override {
    return mix_.sublayer(h, kNormEpsilon);
  }
  kernels::Axis axis() const override { return axis_; }
  std::string_view parameter_prefix() const override { return prefix_; }
  Cost cost(int64_t rows) const override { return mix_.cost(rows, others_); }

 private:
  kernels::Axis axis_;
  std::string_view prefix_;
  int64_t others_;  // the size of the axis that it does not mix
  SwiGlu mix_;
};

}  // namespace trm::nn
