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

enum class Phase { kTraining, kEvaluation };

// The circumstances of one supervision step: who its rows are. Every draw is a function of the
// seed, a stream's name, the step and a row's global id, so that a row draws the same in whatever
// part of the batch, worker or rank it lies. What changes from step to step is a tensor on the
// device, because a training step there may be recorded once and replayed.
struct StepContext {
  Phase phase = Phase::kEvaluation;
  torch::Tensor step = {};       // [1] int64: of the run, from 1
  torch::Tensor rows = {};       // [B] int64: their places in the whole batch
  int64_t supervision_step = 0;  // of an unrolled evaluation, from 1

  bool training() const { return phase == Phase::kTraining; }
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

 protected:
  // The one way to an application of a network, net(z + injection), or net(z) where there is no
  // injection: what a recipe does to every pass (damping, noise, truncation) has its home here.
  static torch::Tensor pass(nn::Stack& net, const torch::Tensor& z, const torch::Tensor& injection,
                            const Encoded& input, const StepContext& /*context*/) {
    return net.forward(injection.defined() ? z + injection : z, input.positions);
  }
};

}  // namespace trm::model
