#pragma once

#include <memory>

#include "core/config.h"
#include "model/core.h"

namespace trm::model {

// TRM with several latents beside z_H (spec 2.8, the reference's trm_hier6): update l of a cycle
// sets z_Ll = net((z_L1 + ... + z_Ln) + (z_H + x)), at last z_H = net(z_H + (z_L1 + ... + z_Ln));
// the gradient through the whole last cycle. With one latent it is TRM.
class MultiZ : public Core {
 public:
  struct Config {
    static constexpr std::string_view kind = "multi_z";
    int64_t H_cycles = 3;
    int64_t L_cycles = 6;
    int64_t latents = 6;
    MotionConfig motion = {};

    template <class V>
    void fields(V& v) {
      v("H_cycles", H_cycles, "outer cycles a supervision step; the last one has the gradient",
        {.min = 1});
      v("L_cycles", L_cycles, "updates in each outer cycle, each of the next latent", {.min = 1});
      v("latents", latents, "latents beside z_H; after the last one comes the first again",
        {.min = 1, .max = 64});
      motion.fields(v);
    }
  };

  MultiZ(const Config& config, const CoreShape& shape, nn::Initializer& init);

  LatentState initial() const override;
  const torch::Tensor& answer(const LatentState& state) const override { return state[0]; }
  int64_t head_size() const override { return net_->head_size(); }
  std::vector<Work> work(int64_t rows) const override;

 protected:
  void advance(LatentState& state, const Encoded& input, const StepContext& context) override;

 private:
  void cycle(LatentState& state, const Encoded& input, const StepContext& context);

  Config config_;
  std::shared_ptr<nn::Stack> net_;
  std::vector<torch::Tensor> init_;  // [D]: of z_H, then of each latent
};

}  // namespace trm::model
