#pragma once

#include "model/model.h"

namespace trm {

// A model of two kinds of layers that takes milliseconds a step.
inline model::ModelConfig small_model_config() {
  model::ModelConfig config;
  config.width = 32;
  config.layers = {nn::LayerConfig{nn::Attention::Config{.heads = 4}, 4, 1},
                   nn::LayerConfig{nn::TokenMlp::Config{}, 4, 1}};
  config.input = model::GridInput::Config{.prefix = 2};
  config.core = model::Trm::Config{.H_cycles = 2, .L_cycles = 2};
  return config;
}

// The same with what mixes along the positions alone: token-major by plain products, as on a GPU.
inline model::ModelConfig small_mlp_config() {
  auto config = small_model_config();
  config.layers = {nn::LayerConfig{nn::TokenMlp::Config{}, 4, 2}};
  config.input = model::GridInput::Config{.prefix = 2, .positions = "none"};
  return config;
}

// The same with everything that a step draws or does once more.
inline model::ModelConfig small_restless_config() {
  auto config = small_model_config();
  model::Trm::Config core{.H_cycles = 2, .L_cycles = 2};
  core.motion = {.start = "random", .mix = 0.5, .noise = 0.1};
  config.core = core;
  config.halting.continue_head = "trained";
  return config;
}

}  // namespace trm
