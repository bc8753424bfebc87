#pragma once

#include "core/config.h"
#include "kernels/stablemax.h"
#include "loss/loss.h"

namespace trm::loss {

// Cross-entropy of stablemax (spec 4; Prieto et al. 2025, arXiv 2501.04697), in float64.
class Stablemax : public TokenLoss {
 public:
  struct Config {
    static constexpr std::string_view kind = "stablemax";
    template <class V>
    void fields(V& /*v*/) {}
  };

  explicit Stablemax(const Config& /*config*/) {}

  torch::Tensor forward(const torch::Tensor& logits, const torch::Tensor& labels) const override {
    return kernels::stablemax_cross_entropy(logits, labels);
  }
};

}  // namespace trm::loss
