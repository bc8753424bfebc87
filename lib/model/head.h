#pragma once

#include <memory>

#include "core/config.h"
#include "nn/linear.h"
#include "tensor/batch.h"

namespace trm::model {

// What one supervision step says.
struct Output {
  torch::Tensor logits;      // [B, L, V] in the activations' type
  torch::Tensor q_halt;      // [B] float32, a logit: the answer is right
  torch::Tensor q_continue;  // [B] float32
};

// Reads the state (spec 2.7): token logits at every cell, the two halting values at position 0,
// whose weights start at zero and biases at -5, so that at first nothing halts.
class TokenHead : public torch::nn::Module {
 public:
  struct Config {
    static constexpr std::string_view kind = "token";

    template <class V>
    void fields(V& /*v*/) {}
  };

  TokenHead(const Config& config, const GridSpec& spec, int64_t width, nn::Initializer& init);

  // z [B, P + L, D]
  Output read(const torch::Tensor& z, int64_t prefix) const;

  // Of reading `rows` trajectories of `cells` cells; the two halting values are left out.
  nn::Cost cost(int64_t rows, int64_t cells) const {
    return {{tokens_->product(rows * cells)}, rows * cells * tokens_->weight.size(0)};
  }

 private:
  std::shared_ptr<nn::Linear> tokens_;   // [V, D]
  std::shared_ptr<nn::Weight> halting_;  // [2, D]
  torch::Tensor halting_bias_;           // [2]
};

// The catalogue of heads: a new one is its file and one entry here.
using AnyHead = OneOf<TokenHead>;

}  // namespace trm::model
