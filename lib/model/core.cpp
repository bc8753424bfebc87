#include "model/core.h"

#include "core/random.h"
#include "kernels/noise.h"

namespace trm::model {

void Core::update(LatentState& state, size_t latent, nn::Stack& net, const torch::Tensor& argument,
                  const Encoded& input, const StepContext& context) {
  const auto& how = motion(context);
  const auto& z = state[latent];
  auto next = net.forward(argument, input.positions);
  if (how.mix != 1) next = z * (1 - how.mix) + next * how.mix;
  if (how.noise > 0 && state.tensors()[latent].name.starts_with(how.noise_on))
    next = next + latent_noise(z, updates_, context) * how.noise;
  state[latent] = next;
  ++updates_;
}

torch::Tensor latent_noise(const torch::Tensor& latent, int64_t number,
                           const StepContext& context) {
  constexpr int64_t kDraws = 1 << 16;  // of a step, at most
  const auto key = stream_key(context.seed, context.training() ? "noise" : "evaluation/noise");
  const auto columns = latent.numel() / latent.size(0);
  return kernels::normal(key, context.step * kDraws + number, context.rows, columns)
      .view(latent.sizes())
      .to(latent.scalar_type());
}

}  // namespace trm::model
