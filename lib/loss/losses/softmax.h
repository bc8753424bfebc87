#pragma once

#include "core/config.h"
#include "loss/loss.h"

namespace trm::loss {

// Ordinary cross-entropy, in float32 (spec 4).
class Softmax : public TokenLoss {
 public:
  struct Config {
    static constexpr std::string_view kind = "softmax";
    template <class V>
    void fields(V& /*v*/) {}
  };

  explicit Softmax(const Config& /*config*/) {}

  torch::Tensor forward(const torch::Tensor& logits, const torch::Tensor& labels) const override;
};

}  // namespace trm::loss
