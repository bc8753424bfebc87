#include "model/cores/trm.h"

namespace trm::model {
namespace {

constexpr size_t kZH = 0, kZL = 1;

}  // namespace

Trm::Trm(const Config& config, const CoreShape& shape, nn::Initializer& init) : config_(config) {
  net_ = register_module("L_level", std::make_shared<nn::Stack>(shape.layers, shape.mixer, init));
  H_init_ = register_buffer("H_init", init.truncated_normal({shape.mixer.width}, 1));
  L_init_ = register_buffer("L_init", init.truncated_normal({shape.mixer.width}, 1));
}

LatentState Trm::initial() const {
  return LatentState({{"z_H", H_init_.view({1, 1, -1})}, {"z_L", L_init_.view({1, 1, -1})}});
}

const torch::Tensor& Trm::answer(const LatentState& state) const { return state[kZH]; }

void Trm::step(LatentState& state, const Encoded& input, const StepContext& /*context*/) {
  {
    torch::NoGradGuard no_grad;
    for (int64_t i = 1; i < config_.H_cycles; ++i) cycle(state, input);
  }
  cycle(state, input);
}

void Trm::cycle(LatentState& state, const Encoded& input) {
  for (int64_t i = 0; i < config_.L_cycles; ++i) {
    // The sum z_H + x is formed first: its rounding is the reference's.
    state[kZL] = pass(state[kZL], state[kZH] + input.x, input);
  }
  state[kZH] = pass(state[kZH], state[kZL], input);
}

torch::Tensor Trm::pass(const torch::Tensor& z, const torch::Tensor& injection,
                        const Encoded& input) {
  return net_->forward(z, injection, input.positions);
}

std::vector<Core::Work> Trm::work(int64_t rows) const {
  const int64_t cycle = config_.L_cycles + 1;
  return {{net_->cost(rows), (config_.H_cycles - 1) * cycle, cycle}};
}

}  // namespace trm::model
