#include "model/cores/single_z.h"

namespace trm::model {

SingleZ::SingleZ(const Config& config, const CoreShape& shape, nn::Initializer& init)
    : Core(config.motion), config_(config) {
  net_ = register_module("L_level", std::make_shared<nn::Stack>(shape.layers, shape.mixer, init));
  init_ = register_buffer("L_init", init.truncated_normal({shape.mixer.width}, 1));
}

LatentState SingleZ::initial() const { return LatentState({{"z_L", init_.view({1, 1, -1})}}); }

void SingleZ::advance(LatentState& state, const Encoded& input, const StepContext& context) {
  {
    torch::NoGradGuard no_grad;
    for (int64_t i = 1; i < config_.H_cycles; ++i) cycle(state, input, context);
  }
  cycle(state, input, context);
}

void SingleZ::cycle(LatentState& state, const Encoded& input, const StepContext& context) {
  for (int64_t i = 0; i < config_.L_cycles; ++i)
    update(state, 0, *net_, state[0] + input.x, input, context);
  update(state, 0, *net_, state[0], input, context);
}

std::vector<Core::Work> SingleZ::work(int64_t rows) const {
  const int64_t cycle = config_.L_cycles + 1;
  return {{net_->cost(rows), (config_.H_cycles - 1) * cycle, cycle}};
}

}  // namespace trm::model
