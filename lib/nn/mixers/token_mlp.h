#pragma once

#include "core/config.h"
#include "nn/swiglu_mixer.h"

namespace trm::nn {

// A SwiGLU over the positions, the same for every channel (`mlp_t`, spec 2.3). Fixed length, no
// use for position encodings.
class TokenMlp : public SwiGluMixer {
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

  TokenMlp(const Config& config, const MixerShape& shape, Initializer& init)
      : SwiGluMixer(kernels::Axis::kPositions, "mlp_t", config.expansion, shape, init) {}
};

}  // namespace trm::nn
