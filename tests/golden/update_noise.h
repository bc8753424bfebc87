#pragma once

#include <ATen/ops/atan2.h>
#include <ATen/ops/maximum.h>

#include <array>
#include <cmath>
#include <map>
#include <string>

#include "optim/optimizers.h"

namespace trm {

// A golden gradient is a float32 sum: its elements are known to about this share of the largest (in
// float64 the same formulas end up to 2.7e-5 away, on trm_hier6).
inline constexpr double kGradientNoise = 1e-5;

// How far an update of Adam-atan2 may be off for that: what it would be were every golden gradient
// so far a little more, or a little less. Where a sign decides, that is the whole update.
class UpdateNoise {
 public:
  explicit UpdateNoise(const optim::AdamAtan2::Config& config) : config_(config) {}

  // Of the update at `step`, the golden gradient's; every step once, in their order.
  torch::Tensor at_step(int64_t step, double rate, const std::string& name,
                        const torch::Tensor& gradient) {
    auto& states = states_[name];
    const auto g = gradient.to(at::kDouble);
    const auto noise = kGradientNoise * g.abs().max();
    const auto exact = update(states[0], step, rate, g);
    const auto more = update(states[1], step, rate, g + noise);
    const auto less = update(states[2], step, rate, g - noise);
    return at::maximum((more - exact).abs(), (less - exact).abs());
  }

 private:
  struct Moments {
    torch::Tensor m, v;
  };

  // Spec 5.1.
  torch::Tensor update(Moments& state, int64_t step, double rate, const torch::Tensor& g) const {
    if (!state.m.defined()) state = {torch::zeros_like(g), torch::zeros_like(g)};
    state.m = config_.beta1 * state.m + (1 - config_.beta1) * g;
    state.v = config_.beta2 * state.v + (1 - config_.beta2) * g.square();
    const auto t = static_cast<double>(step);
    const auto root = (state.v / (1 - std::pow(config_.beta2, t))).sqrt();
    return rate / (1 - std::pow(config_.beta1, t)) * at::atan2(state.m, root);
  }

  optim::AdamAtan2::Config config_;
  std::map<std::string, std::array<Moments, 3>> states_;
};

}  // namespace trm
