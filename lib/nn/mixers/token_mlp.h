#pragma once

#include <memory>

#include "core/config.h"
#include "nn/mixer.h"
#include "nn/swiglu.h"

namespace trm::nn {

// A SwiGLU over the positions, the same for every channel (`mlp_t`, spec 2.3). Fixed length, no
// use for position encodings.
class TokenMlp : public Mixer {
 public:
  struct Config {
    static constexpr std::string_view kind = "token_mlp";
    double expansion = 4;

    template <class V>
    void fields(V& v) {
      v("expansion", expansion, "inner width of the SwiGLU over positions, times 2/3 of the length",
        {.min = 0, .above_min = true});
    }
  };

  TokenMlp(const Config& config, const MixerShape& shape, Initializer& init);

  torch::Tensor forward(const torch::Tensor& x, const MixerContext& context) override;
  torch::Tensor sublayer(const torch::Tensor& h, const MixerContext& /*context*/) override {
    return mix_.sublayer(h, kNormEpsilon);
  }
  kernels::Axis axis() const override { return kernels::Axis::kPositions; }
  std::string_view parameter_prefix() const override { return "mlp_t"; }
  Cost cost(int64_t rows) const override { return mix_.cost(rows, width_); }

 private:
  int64_t width_;
  SwiGlu mix_;
};

}  // namespace trm::nn
