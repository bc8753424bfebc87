#pragma once

#include <memory>

#include "model/core.h"

namespace trm::model {

// The recursion of two latents that TRM and HRM share (spec 2.8): H_cycles times
// { L_cycles times z_L = L_net(z_L + (z_H + x)); z_H = H_net(z_H + z_L) }. They differ in whether
// one network serves both levels and in how far back the gradient goes.
class TwoLevel : public Core {
 public:
  LatentState initial() const override;
  const torch::Tensor& answer(const LatentState& state) const override;
  int64_t head_size() const override;
  std::vector<Work> work(int64_t rows) const override;

 protected:
  void advance(LatentState& state, const Encoded& input, const StepContext& context) override;

  struct Cycles {
    int64_t H, L;
    // The gradient goes through the last update of each latent alone, not through the last cycle.
    bool last_update_only;
  };
  // H_layers: of a network of its own for z_H; none where one network serves both levels.
  TwoLevel(const Cycles& cycles, const MotionConfig& latents,
           const std::vector<nn::LayerConfig>& H_layers, const CoreShape& shape,
           nn::Initializer& init);

 private:
  Cycles cycles_;
  std::shared_ptr<nn::Stack> H_net_, L_net_;  // the same where one network serves both levels
  torch::Tensor H_init_, L_init_;             // [D]
};

}  // namespace trm::model
