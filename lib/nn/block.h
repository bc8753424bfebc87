#pragma once

#include <memory>
#include <vector>

#include "nn/mixers.h"
#include "nn/swiglu_mixer.h"

namespace trm::nn {

// A run of equal blocks in the list `model.layers`.
struct LayerConfig {
  AnyMixer mixer;
  double expansion = 4;
  int64_t repeat = 1;

  template <class V>
  void fields(V& v) {
    v("mixer", mixer, "what moves information between tokens");
    v("expansion", expansion, "inner width of the SwiGLU over channels, times 2/3 of the width",
      {.min = 0, .above_min = true});
    v("repeat", repeat, "blocks of this kind in a row", {.min = 1, .max = 1000});
  }
};

// A post-norm block (spec 2.3): sublayers h = rms(h + mix(h)) in order, each norm along the axis
// that its sublayer mixes: the layer's mixer, then a SwiGLU over the channels.
class Block : public torch::nn::Module {
 public:
  Block(const LayerConfig& config, const MixerShape& shape, Initializer& init);

  // [B, T, D] -> [B, T, D]
  torch::Tensor forward(const torch::Tensor& h, const MixerContext& context);

  const Mixer& mixer() const { return *sublayers_.front(); }
  Cost cost(int64_t rows) const;

 private:
  MixerShape shape_;
  std::vector<std::shared_ptr<Mixer>> sublayers_;
};

// The network of one level: blocks in order (spec 2.4).
class Stack : public torch::nn::Module {
 public:
  Stack(const std::vector<LayerConfig>& layers, const MixerShape& shape, Initializer& init);

  // [B, T, D] -> [B, T, D]
  torch::Tensor forward(torch::Tensor h, const MixerContext& context);

  // The head size that all layers share, for the rotary tables; 0 where no layer has heads. Error
  // where layers disagree, since one table serves all.
  int64_t head_size() const;

  // Of one application to `rows` trajectories.
  Cost cost(int64_t rows) const;

 private:
  std::vector<std::shared_ptr<Block>> blocks_;
};

}  // namespace trm::nn
