#pragma once

#include <vector>

#include "model/state.h"
#include "nn/block.h"

namespace trm::model {

// What a core is built for.
struct CoreShape {
  std::vector<nn::LayerConfig> layers;
  nn::MixerShape mixer;
};

// A puzzle as the recursion sees it.
struct Encoded {
  torch::Tensor x;  // [B, T, D], computed anew each supervision step, with its graph
  nn::MixerContext positions;
};

// The circumstances of one supervision step.
struct StepContext {
  bool training = false;
};

// The recursion: one call is one supervision step of every trajectory. It owns the network and the
// initial latents (buffers, never trained).
class Core : public torch::nn::Module {
 public:
  // Advances the state in place. The new state has a graph where gradients are enabled; the caller
  // detaches it between supervision steps.
  virtual void step(LatentState& state, const Encoded& input, const StepContext& context) = 0;

  // The state of a fresh trajectory; dimension 0 is 1 and broadcasts.
  virtual LatentState initial() const = 0;

  // The latent that the head reads, [B, T, D].
  virtual const torch::Tensor& answer(const LatentState& state) const = 0;

  // Head size for the rotary tables; 0 where there are none.
  virtual int64_t head_size() const = 0;

  // Applications of its networks to `rows` trajectories in a supervision step.
  struct Work {
    nn::Cost application;
    int64_t without_gradient, with_gradient;  // how many of it
  };
  virtual std::vector<Work> work(int64_t rows) const = 0;
};

}  // namespace trm::model
