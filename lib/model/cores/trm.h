#pragma once

#include <string>

#include "core/config.h"
#include "model/cores/two_level.h"

namespace trm::model {

// TRM (spec 2.8; Jolicoeur-Martineau 2025, arXiv 2510.04871): one network, the gradient through the
// whole last cycle. The paper's ablations of both are fields.
class Trm : public TwoLevel {
 public:
  struct Config {
    static constexpr std::string_view kind = "trm";
    int64_t H_cycles = 3;
    int64_t L_cycles = 6;
    std::string networks = "one";
    std::string gradient = "last_cycle";
    MotionConfig motion = {};

    template <class V>
    void fields(V& v) {
      v("H_cycles", H_cycles, "outer cycles a supervision step; the last one has the gradient",
        {.min = 1});
      v("L_cycles", L_cycles, "updates of z_L in each outer cycle", {.min = 1});
      v("networks", networks, "one for both latents, or two of the same layers",
        {.choices = {"one", "two"}});
      v("gradient", gradient, "how far back it goes: the last cycle, or one update of each latent",
        {.choices = {"last_cycle", "last_update"}});
      motion.fields(v);
    }
  };

  Trm(const Config& config, const CoreShape& shape, nn::Initializer& init)
      : TwoLevel(
            {config.H_cycles, config.L_cycles, config.gradient == "last_update"}, config.motion,
            config.networks == "two" ? shape.layers : std::vector<nn::LayerConfig>(), shape, init) {
  }
};

}  // namespace trm::model
