#include "nn/block.h"

#include "core/error.h"

namespace trm::nn {

Block::Block(const LayerConfig& config, const MixerShape& shape, Initializer& init)
    : shape_(shape) {
  sublayers_.push_back(config.mixer.create<Mixer>(shape, init));
  sublayers_.push_back(std::make_shared<SwiGluMixer>(kernels::Axis::kChannels, "mlp",
                                                     config.expansion, shape, init));
  for (const auto& sublayer : sublayers_) {
    register_module(std::string(sublayer->parameter_prefix()), sublayer);
  }
}

torch::Tensor Block::forward(const torch::Tensor& h, const MixerContext& context) {
  auto mixed = h;
  for (const auto& sublayer : sublayers_) mixed = sublayer->sublayer(mixed, context);
  return mixed;
}

Cost Block::cost(int64_t rows) const {
  Cost cost;
  for (const auto& sublayer : sublayers_) {
    cost.add(sublayer->cost(rows));
    cost.saved_numbers += rows * shape_.tokens * shape_.width;  // what its norm returns
  }
  return cost;
}

Stack::Stack(const std::vector<LayerConfig>& layers, const MixerShape& shape, Initializer& init) {
  const auto list = std::make_shared<torch::nn::Module>();
  register_module("layers", list);
  for (const auto& layer : layers) {
    for (int64_t i = 0; i < layer.repeat; ++i) {
      blocks_.push_back(std::make_shared<Block>(layer, shape, init));
      list->register_module(std::to_string(blocks_.size() - 1), blocks_.back());
    }
  }
  if (blocks_.empty()) throw Error("model.layers: empty; name at least one layer");
}

torch::Tensor Stack::forward(torch::Tensor h, const MixerContext& context) {
  for (const auto& block : blocks_) h = block->forward(h, context);
  return h;
}

int64_t Stack::head_size() const {
  int64_t size = 0;
  for (const auto& block : blocks_) {
    const int64_t own = block->mixer().head_size();
    if (own != 0 && size != 0 && own != size) {
      throw Error("model.layers: head sizes " + std::to_string(size) + " and " +
                  std::to_string(own) + " in one model; give all layers one number of heads");
    }
    size = std::max(size, own);
  }
  return size;
}

Cost Stack::cost(int64_t rows) const {
  Cost cost;
  for (const auto& block : blocks_) cost.add(block->cost(rows));
  return cost;
}

}  // namespace trm::nn
