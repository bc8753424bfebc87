#include "model/cores/multi_z.h"

namespace trm::model {
namespace {

// z_L1 + ... + z_Ln, left to right as the reference adds them.
torch::Tensor sum_of_latents(const LatentState& state) {
  auto sum = state[1];
  for (size_t i = 2; i < state.size(); ++i) sum = sum + state[i];
  return sum;
}

}  // namespace

MultiZ::MultiZ(const Config& config, const CoreShape& shape, nn::Initializer& init)
    : Core(config.motion), config_(config) {
  net_ = register_module("L_level", std::make_shared<nn::Stack>(shape.layers, shape.mixer, init));
  const auto draw = [&](const std::string& name) {
    init_.push_back(register_buffer(name, init.truncated_normal({shape.mixer.width}, 1)));
  };
  draw("H_init");
  for (int64_t i = 1; i <= config.latents; ++i) draw("L" + std::to_string(i) + "_init");
}

LatentState MultiZ::initial() const {
  std::vector<NamedTensor> latents = {{"z_H", init_[0].view({1, 1, -1})}};
  for (size_t i = 1; i < init_.size(); ++i) {
    latents.push_back({"z_L" + std::to_string(i), init_[i].view({1, 1, -1})});
  }
  return LatentState(std::move(latents));
}

void MultiZ::advance(LatentState& state, const Encoded& input, const StepContext& context) {
  {
    torch::NoGradGuard no_grad;
    for (int64_t i = 1; i < config_.H_cycles; ++i) cycle(state, input, context);
  }
  cycle(state, input, context);
}

void MultiZ::cycle(LatentState& state, const Encoded& input, const StepContext& context) {
  const auto injection = state[0] + input.x;
  for (int64_t l = 0; l < config_.L_cycles; ++l) {
    const auto latent = static_cast<size_t>(1 + l % config_.latents);
    update(state, latent, *net_, sum_of_latents(state) + injection, input, context);
  }
  update(state, 0, *net_, state[0] + sum_of_latents(state), input, context);
}

std::vector<Core::Work> MultiZ::work(int64_t rows) const {
  const int64_t cycle = config_.L_cycles + 1;
  return {{net_->cost(rows), (config_.H_cycles - 1) * cycle, cycle}};
}

}  // namespace trm::model
