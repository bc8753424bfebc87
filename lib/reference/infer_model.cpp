#include "reference/infer_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/config_dump.h"
#include "core/error.h"

namespace trm::reference {
namespace {

const torch::Tensor& matrix(const Archive& weights, const std::string& name) {
  const auto& found = weights.at(name);
  if (found.dim() != 2 || found.numel() == 0) {
    throw Error(
        fmt::format("{}: {} is no matrix; it is not a file of this kind", weights.where, name));
  }
  return found;
}

// An expansion that gives a SwiGLU of this inner width: 4 where it does, since several do.
double expansion_of(int64_t width, int64_t inner) {
  constexpr double kUsual = 4;
  if (nn::SwiGlu::inner_width(width, kUsual) == inner) return kUsual;
  return static_cast<double>(inner) * 1.5 / static_cast<double>(width);
}

nn::LayerConfig layer_of(const Archive& weights, const std::string& prefix) {
  nn::LayerConfig layer;
  const auto& down = matrix(weights, prefix + "mlp.down_proj.weight");  // [D, M]
  layer.expansion = expansion_of(down.size(0), down.size(1));
  if (weights.find(prefix + "mlp_t.down_proj.weight")) {
    const auto& mix = matrix(weights, prefix + "mlp_t.down_proj.weight");  // [T, M]
    layer.mixer = nn::TokenMlp::Config{.expansion = expansion_of(mix.size(0), mix.size(1))};
  } else {
    matrix(weights, prefix + "self_attn.qkv_proj.weight");
  }
  return layer;
}

std::string text_of(const std::vector<nn::LayerConfig>& layers) {
  std::string text;
  for (const auto& layer : layers) text += dump_config(layer);
  return text;
}

std::vector<nn::LayerConfig> layers_of(const Archive& weights, const std::string& level) {
  std::vector<nn::LayerConfig> layers;
  for (int64_t i = 0;; ++i) {
    const auto prefix = fmt::format("{}.layers.{}.", level, i);
    if (!weights.find(prefix + "mlp.down_proj.weight")) break;
    const auto layer = layer_of(weights, prefix);
    auto repeated = layers.empty() ? nn::LayerConfig{} : layers.back();
    repeated.repeat = 1;
    if (!layers.empty() && text_of({repeated}) == text_of({layer})) {
      ++layers.back().repeat;
    } else {
      layers.push_back(layer);
    }
  }
  if (layers.empty()) {
    throw Error(fmt::format("{}: no tensor of {}.layers; it is not a model of the references",
                            weights.where, level));
  }
  return layers;
}

bool has_attention(const std::vector<nn::LayerConfig>& layers) {
  return std::any_of(layers.begin(), layers.end(),
                     [](const auto& layer) { return layer.mixer.template holds<nn::Attention>(); });
}

int64_t latents_of(const Archive& weights) {
  int64_t count = 0;
  while (weights.find(fmt::format("L{}_init", count + 1))) ++count;
  return count;
}

// The core by its initial latents and its networks; the cycles are nowhere in the weights.
model::AnyCore core_of(const Archive& weights, std::vector<std::string>& missing) {
  if (!weights.find("L_level.layers.0.mlp.down_proj.weight")) return model::Plain::Config{};
  missing.insert(missing.end(), {"model.core.H_cycles", "model.core.L_cycles"});
  if (const auto latents = latents_of(weights); latents > 0) {
    return model::MultiZ::Config{.latents = latents};
  }
  if (!weights.find("H_init")) return model::SingleZ::Config{};
  if (!weights.find("H_level.layers.0.mlp.down_proj.weight")) return model::Trm::Config{};
  model::Hrm::Config hrm{.H_layers = layers_of(weights, "H_level")};
  if (text_of(hrm.H_layers) == text_of(layers_of(weights, "L_level"))) {
    hrm.H_layers.clear();  // those of model.layers
  } else if (has_attention(hrm.H_layers)) {
    missing.push_back("model.core.H_layers.0.mixer.heads");
  }
  return hrm;
}

// The prefix is what the embedding fills where nothing says how long it is.
model::GridInput::Config input_of(const Archive& weights, int64_t width, bool attention,
                                  std::vector<std::string>& missing) {
  model::GridInput::Config input;
  input.positions = "none";
  if (weights.find("embed_pos.embedding_weight")) {
    input.positions = "learned";
  } else if (attention) {
    missing.push_back("model.input.positions");
  }
  const auto* table = weights.find("puzzle_emb.weights");
  if (!table) {
    input.prefix = 0;
    return input;
  }
  const auto puzzle_width = matrix(weights, "puzzle_emb.weights").size(1);
  input.prefix = (puzzle_width + width - 1) / width;
  if (puzzle_width != width) input.puzzle_width = puzzle_width;
  missing.push_back("model.input.prefix");
  return input;
}

}  // namespace

model::ModelConfig infer_model(const Archive& weights, std::vector<std::string>& missing) {
  model::ModelConfig model;
  model.width = matrix(weights, "embed_tokens.embedding_weight").size(1);
  model.core = core_of(weights, missing);
  const bool plain = model.core.holds<model::Plain>();
  model.layers = layers_of(weights, plain ? "H_level" : "L_level");
  const bool attention = has_attention(model.layers);
  if (attention) missing.push_back("model.layers.0.mixer.heads");
  model.input = input_of(weights, model.width, attention, missing);
  missing.push_back("model.halting.max_steps");
  return model;
}

}  // namespace trm::reference
