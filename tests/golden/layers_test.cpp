// Single layers of the reference: output, input gradient and weight gradients.

#include "nn/block.h"
#include "nn/rotary.h"
#include "tests/golden/golden_case.h"

namespace trm {
namespace {

constexpr double kTolerance = 1e-5;

int64_t count_in(const ConfigNode& map, const std::string& key) {
  return static_cast<int64_t>(number_in(map, key));
}

// A layer as one function of x, and the module that owns its weights (none for the norm).
struct Layer {
  std::shared_ptr<torch::nn::Module> module;
  std::function<torch::Tensor(const torch::Tensor&)> forward;
};

Layer attention(const ConfigNode& about, const nn::MixerShape& shape, nn::Initializer& init) {
  const auto heads = count_in(about, "heads");
  const auto layer =
      std::make_shared<nn::Attention>(nn::Attention::Config{.heads = heads}, shape, init);
  CHECK(layer->head_size() == count_in(about, "head_dim"));
  const auto* positions = about.find("positions");
  REQUIRE(positions);
  const auto context = positions->scalar == "rotary"
                           ? nn::rotary_tables(shape.tokens, layer->head_size())
                           : nn::MixerContext{};
  return {layer, [=](const torch::Tensor& x) { return layer->forward(x, context); }};
}

nn::LayerConfig block_config(const std::string& name, const ConfigNode& about, int64_t repeat) {
  nn::LayerConfig config;
  config.repeat = repeat;
  config.mixer = nn::Attention::Config{.heads = count_in(about, "heads")};
  if (name.ends_with("token_mlp")) config.mixer = nn::TokenMlp::Config{};
  return config;
}

Layer layer_named(const std::string& name, const ConfigNode& about, GoldenFile& file) {
  const auto& x = file.at(name + ".x");
  const nn::MixerShape shape{x.size(1), x.size(2)};
  nn::Initializer init(0);
  if (name.starts_with("attention_")) return attention(about, shape, init);
  if (name == "swiglu") {
    const auto layer = std::make_shared<nn::SwiGlu>(shape.width, number_in(about, "expansion"),
                                                    kernels::Axis::kChannels, init);
    return {layer, [=](const torch::Tensor& in) { return layer->forward(in); }};
  }
  if (name == "rms_norm") {
    return {nullptr, [](const torch::Tensor& in) {
              return kernels::add_rms_norm(in, torch::zeros_like(in), kernels::Axis::kChannels,
                                           nn::kNormEpsilon);
            }};
  }
  if (name.starts_with("block_")) {
    const auto layer = std::make_shared<nn::Block>(block_config(name, about, 1), shape, init);
    const auto context = nn::rotary_tables(shape.tokens, layer->mixer().head_size());
    return {layer, [=](const torch::Tensor& in) { return layer->forward(in, context); }};
  }
  if (!name.starts_with("net_")) FAIL("no layer of ours for " << name);
  const std::vector<nn::LayerConfig> layers = {block_config(name, about, 2)};
  const auto layer = std::make_shared<nn::Stack>(layers, shape, init);
  const auto context = nn::rotary_tables(shape.tokens, layer->head_size());
  const auto injection = file.at(name + ".injection");
  return {layer, [=](const torch::Tensor& in) { return layer->forward(in + injection, context); }};
}

void set_weights(torch::nn::Module& module, const std::string& name, GoldenFile& file) {
  for (const auto& item : module.named_parameters()) {
    copy_checked(file.at(name + "." + item.key()), item.value(), name, item.key());
  }
}

void compare(const std::string& name, const ConfigNode& about, GoldenFile& file, Ledger& ledger) {
  const auto layer = layer_named(name, about, file);
  if (layer.module) set_weights(*layer.module, name, file);
  const auto x = file.at(name + ".x").clone().requires_grad_();
  const auto y = layer.forward(x);
  y.backward(file.at(name + ".dy"));
  ledger.close("outputs", name, y, file.at(name + ".y"), kTolerance);
  ledger.close("input gradients", name, x.grad(), file.at(name + ".dx"), kTolerance);
  if (!layer.module) return;
  int compared = 0;
  for (const auto& item : layer.module->named_parameters()) {
    const auto key = name + "." + item.key() + ".grad";
    if (const auto* golden = file.find(key)) {
      ledger.close("weight gradients", key, item.value().grad(), *golden, kTolerance);
      ++compared;
    }
  }
  INFO(name << ": no gradient of a weight");
  CHECK(compared > 0);
}

TEST_CASE("single layers have the reference's numbers", "[golden]") {
  const auto base = golden_folder() / "data/layers";
  GoldenFile file(base.string() + ".safetensors");
  const auto tree = parse_config(read_text(base.string() + ".json"), "layers.json");
  Ledger ledger("layers");
  int compared = 0;
  for (const auto& [name, about] : tree.entries) {
    if (file.names(name + ".").empty()) {
      fmt::print("{:<28} not in the file\n", name);
      continue;
    }
    compare(name, about, file, ledger);
    ++compared;
  }
  CHECK(compared >= 8);
  INFO("tensors that nothing compared: " << joined(file.unread()));
  CHECK(file.unread().empty());
}

}  // namespace
}  // namespace trm
