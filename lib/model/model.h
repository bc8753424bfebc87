#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/cores.h"
#include "model/halting.h"
#include "model/head.h"
#include "model/input.h"
#include "tensor/device.h"

namespace trm::model {

struct ModelConfig {
  int64_t width = 512;
  std::vector<nn::LayerConfig> layers = {nn::LayerConfig{{}, 4, 2}};
  AnyInput input;
  AnyCore core;
  AnyHead head;
  HaltingConfig halting;

  template <class V>
  void fields(V& v) {
    v("width", width, "size of every token's vector", {.min = 1, .max = 1 << 20});
    v("layers", layers, "blocks of the network, first to last");
    v("input", input, "how a grid becomes the recursion's input");
    v("core", core, "the recursion");
    v("head", head, "how the state becomes an answer");
    v("halting", halting, "when a puzzle is done");
  }
};

// Input, core and head. Holds no state between calls: that is the carry's.
class Model : public torch::nn::Module {
 public:
  // Weights are drawn from (seed, "init", ...) on the CPU, then moved.
  Model(const ModelConfig& config, const GridSpec& spec, const Compute& compute, uint64_t seed);

  // A model with the weights of this one, in the same memory, and gradients of its own: for another
  // worker. It sees what is written to them, refresh_weights() of this one included.
  std::shared_ptr<Model> replica() const;

  // One supervision step of every trajectory: advances the state (with its graph where gradients
  // are enabled) and reads it. The new state is token-major where the network computes so
  // (kernels/layout.h); the logits are contiguous.
  Output forward(LatentState& state, const Batch& data, const StepContext& context);

  // The state of a fresh trajectory that begins alike with all others, in the activations' type;
  // dimension 0 is 1.
  LatentState initial() const;

  // The states of fresh trajectories as the motion has it: initial(), or random ones, drawn for
  // every of context.rows.
  LatentState start(const StepContext& context) const;

  // Call after the weights have changed and before forward().
  void refresh_weights() { nn::cast_weights(*this, compute_.precision); }

  nn::PuzzleEmbedding* puzzle_embedding() { return input_->puzzle_embedding(); }
  const Halting& halting() const { return halting_; }
  const Motion& motion() const { return core_->motion({}); }
  const Compute& compute() const { return compute_; }
  const GridSpec& spec() const { return spec_; }
  int64_t tokens() const { return spec_.cells + input_->prefix(); }
  // The networks' arithmetic in a supervision step of `rows` trajectories, heads included: of an
  // evaluation, and in training, where the continue head may cost one more.
  std::vector<Core::Work> forward_work(int64_t rows) const;
  std::vector<Core::Work> work(int64_t rows) const;
  int64_t parameter_count() const;

  // Parameters and buffers by the reference's names (H_init, L_level.layers.0..., lm_head.weight),
  // which are the keys of checkpoints: ours less the first part, which says whose they are.
  std::vector<NamedTensor> named_weights() const;

 private:
  Model(const ModelConfig& config, const GridSpec& spec, const Compute& compute,
        nn::Initializer init);
  bool computes_token_major() const;

  ModelConfig config_;
  GridSpec spec_;
  Compute compute_;
  Halting halting_;
  std::shared_ptr<GridInput> input_;
  std::shared_ptr<TokenHead> head_;
  std::shared_ptr<Core> core_;
  nn::MixerContext positions_;
  bool token_major_ = false;  // kernels/layout.h
};

// Copies an archive's tensors over the model's weights of the same names; Error on a missing,
// superfluous or misshapen one.
void load_weights(Model& model, const Archive& archive);

}  // namespace trm::model
