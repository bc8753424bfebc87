#pragma once

#include <memory>

#include "core/config.h"
#include "nn/linear.h"
#include "nn/mixer.h"

namespace trm::nn {

// Full self-attention (spec 2.2): every token sees every token, padding included.
class Attention : public Mixer {
 public:
  struct Config {
    static constexpr std::string_view kind = "attention";
    int64_t heads = 8;

    template <class V>
    void fields(V& v) {
      v("heads", heads, "number of heads; the head size is width / heads, rounded down",
        {.min = 1});
    }
  };

  Attention(const Config& config, const MixerShape& shape, Initializer& init);

  torch::Tensor forward(const torch::Tensor& x, const MixerContext& context) override;
  kernels::Axis axis() const override { return kernels::Axis::kChannels; }
  std::string_view parameter_prefix() const override { return "self_attn"; }
  int64_t head_size() const override { return head_size_; }
  Cost cost(int64_t rows) const override;

 private:
  int64_t tokens_;
  int64_t heads_;
  int64_t head_size_;
  std::shared_ptr<Linear> qkv_;  // [3 * H * K, D]
  std::shared_ptr<Linear> out_;  // [D, H * K]
};

}  // namespace trm::nn
