#include "model/cores/two_level.h"

#include "core/error.h"

namespace trm::model {
namespace {

constexpr size_t kZH = 0, kZL = 1;

}  // namespace

TwoLevel::TwoLevel(const Cycles& cycles, const MotionConfig& latents,
                   const std::vector<nn::LayerConfig>& H_layers, const CoreShape& shape,
                   nn::Initializer& init)
    : Core(latents), cycles_(cycles) {
  if (!H_layers.empty()) {
    H_net_ = register_module("H_level", std::make_shared<nn::Stack>(H_layers, shape.mixer, init));
  }
  L_net_ = register_module("L_level", std::make_shared<nn::Stack>(shape.layers, shape.mixer, init));
  if (!H_net_) H_net_ = L_net_;
  H_init_ = register_buffer("H_init", init.truncated_normal({shape.mixer.width}, 1));
  L_init_ = register_buffer("L_init", init.truncated_normal({shape.mixer.width}, 1));
}

LatentState TwoLevel::initial() const {
  return LatentState({{"z_H", H_init_.view({1, 1, -1})}, {"z_L", L_init_.view({1, 1, -1})}});
}

const torch::Tensor& TwoLevel::answer(const LatentState& state) const { return state[kZH]; }

int64_t TwoLevel::head_size() const {
  const int64_t H = H_net_->head_size(), L = L_net_->head_size();
  if (H != 0 && L != 0 && H != L) {
    throw Error("model.core.H_layers: head size " + std::to_string(H) + " where model.layers has " +
                std::to_string(L) + "; give all layers one number of heads");
  }
  return std::max(H, L);
}

void TwoLevel::advance(LatentState& state, const Encoded& input, const StepContext& context) {
  const bool grading = torch::GradMode::is_enabled();
  for (int64_t h = 1; h <= cycles_.H; ++h) {
    const bool last_cycle = h == cycles_.H;
    const at::AutoGradMode of_cycle(grading && last_cycle);
    // The sum z_H + x is formed first: its rounding is the reference's.
    const auto injection = state[kZH] + input.x;
    for (int64_t l = 1; l <= cycles_.L; ++l) {
      const bool graded = last_cycle && (l == cycles_.L || !cycles_.last_update_only);
      const at::AutoGradMode of_update(grading && graded);
      update(state, kZL, *L_net_, state[kZL] + injection, input, context);
    }
    update(state, kZH, *H_net_, state[kZH] + state[kZL], input, context);
  }
}

std::vector<Core::Work> TwoLevel::work(int64_t rows) const {
  const int64_t graded = cycles_.last_update_only ? 1 : cycles_.L;
  return {{L_net_->cost(rows), cycles_.H * cycles_.L - graded, graded},
          {H_net_->cost(rows), cycles_.H - 1, 1}};
}

}  // namespace trm::model
