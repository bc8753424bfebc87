#pragma once

#include "core/config.h"
#include "model/cores/two_level.h"

namespace trm::model {

// HRM (spec 2.8; Wang et al. 2025, arXiv 2506.21734): a network for each level, the gradient
// through the last update of each latent. Its halting is `model.halting.continue_head: trained`.
class Hrm : public TwoLevel {
 public:
  struct Config {
    static constexpr std::string_view kind = "hrm";
    int64_t H_cycles = 2;
    int64_t L_cycles = 2;
    std::vector<nn::LayerConfig> H_layers = {};
    MotionConfig motion = {};

    template <class V>
    void fields(V& v) {
      v("H_cycles", H_cycles, "outer cycles a supervision step", {.min = 1});
      v("L_cycles", L_cycles, "updates of z_L in each outer cycle", {.min = 1});
      v("H_layers", H_layers,
        "blocks of the network of z_H; [] for those of model.layers, which z_L has");
      motion.fields(v);
    }
  };

  Hrm(const Config& config, const CoreShape& shape, nn::Initializer& init)
      : TwoLevel({config.H_cycles, config.L_cycles, /*last_update_only=*/true}, config.motion,
                 config.H_layers.empty() ? shape.layers : config.H_layers, shape, init) {}
};

}  // namespace trm::model
