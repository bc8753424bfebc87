#include "nn/block.h"

#include "core/error.h"
#include "kernels/rms_norm.h"

namespace trm::nn {

Block::Block(const LayerConfig& config, const MixerShape& shape, Initializer& init)
    : shape_(shape),
      mixer_(config.mixer.create<Mixer>(shape, init)),
      mlp_(
          std::make_shared<SwiGlu>(shape.width, config.expansion, kernels::Axis::kChannels, init)) {
  register_module(std::string(mixer_->parameter_prefix()), mixer_);
  register_module("mlp", mlp_);
}

torch::Tensor Block::forward(const torch::Tensor& h, const MixerContext& context) {
  const auto mixed =
      kernels::add_rms_norm(h, mixer_->forward(h, context), mixer_->axis(), kNormEpsilon);
  return kernels::add_rms_norm(mixed, mlp_->forward(mixed), kernels::Axis::kChannels, kNormEpsilon);
}

Cost Block::cost(int64_t rows) const {
  auto cost = mixer_->cost(rows);
  cost.add(mlp_->cost(rows, shape_.tokens));
  cost.saved_numbers += 2 * rows * shape_.tokens * shape_.width;  // what each norm returns
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
