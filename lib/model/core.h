#pragma once

#include <string>
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

// How the latents of a core begin and move (equilibrium reasoners, arXiv 2605.21488); fields of
// every core's config. The defaults are TRM's, to the bit.
struct MotionConfig {
  std::string start = "fixed";
  double mix = 1;
  double noise = 0;

  template <class V>
  void fields(V& v) {
    v("start", start,
      "fixed: a puzzle's latents begin with one vector each, the same for all; random: with "
      "truncated normal numbers, drawn for every position and channel",
      {.choices = {"fixed", "random"}});
    v("mix", mix, "share of the network's output in an update: z = (1 - mix) z + mix output",
      {.min = 0, .max = 1, .above_min = true});
    v("noise", noise, "standard deviation of the noise that is added in an update",
      {.min = 0, .max = 1000});
  }
};

// The same as a core reads it, for the latents whose names begin with `noise_on`.
struct Motion {
  bool random_start = false;
  double mix = 1, noise = 0;
  std::string noise_on = "z";  // z_H, z_L, or z for all

  Motion() = default;
  explicit Motion(const MotionConfig& config)
      : random_start(config.start == "random"), mix(config.mix), noise(config.noise) {}
};

// The circumstances of one supervision step: who its rows are. Every draw is a function of the
// seed, a stream's name, the step and a row's global id, so that a row draws the same in whatever
// part of the batch, worker or rank it lies. What changes from step to step is a tensor on the
// device, because a training step there may be recorded once and replayed.
struct StepContext {
  Phase phase = Phase::kEvaluation;
  torch::Tensor step = {};         // [1] int64: of the run, from 1
  torch::Tensor rows = {};         // [B] int64: their places in the whole batch
  int64_t supervision_step = 0;    // of an unrolled evaluation, from 1
  uint64_t seed = 0;               // of all draws
  int64_t first_draw = 0;          // of its noise; kAgain where the step is made once more
  const Motion* motion = nullptr;  // in the place of the core's own

  static constexpr int64_t kAgain = 1 << 15;  // more than a step has draws

  bool training() const { return phase == Phase::kTraining; }
};

// The recursion: one call is one supervision step of every trajectory. It owns the network and the
// initial latents (buffers, never trained).
class Core : public torch::nn::Module {
 public:
  explicit Core(const MotionConfig& latents) : motion_(latents) {}

  // Advances the state in place. The new state has a graph where gradients are enabled; the caller
  // detaches it between supervision steps.
  void step(LatentState& state, const Encoded& input, const StepContext& context) {
    updates_ = context.first_draw;
    advance(state, input, context);
  }

  // The motion of a step.
  const Motion& motion(const StepContext& context) const {
    return context.motion ? *context.motion : motion_;
  }

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
  // What step() does.
  virtual void advance(LatentState& state, const Encoded& input, const StepContext& context) = 0;

  // The one way to an application of a network: a latent becomes net(argument), which is what the
  // recursion adds up (z + injection), with the damping and the noise of the motion.
  void update(LatentState& state, size_t latent, nn::Stack& net, const torch::Tensor& argument,
              const Encoded& input, const StepContext& context);

 private:
  Motion motion_;
  int64_t updates_ = 0;  // done in the step, from StepContext::first_draw on
};

// Noise for a latent [R, ...], a row for each of context.rows, in its type. `number` tells the
// draws of a step apart.
torch::Tensor latent_noise(const torch::Tensor& latent, int64_t number, const StepContext& context);

}  // namespace trm::model
