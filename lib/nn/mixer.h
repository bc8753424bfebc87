#pragma once

#include <string_view>

#include "kernels/rms_norm.h"
#include "nn/cost.h"
#include "nn/initializer.h"
#include "tensor/torch.h"

namespace trm::nn {

struct MixerShape {
  int64_t tokens = 0;  // T
  int64_t width = 0;   // D
};

// What a forward pass hands to every mixer.
struct MixerContext {
  torch::Tensor cos, sin;  // [T, K] rotary tables; undefined without rotary positions
};

inline constexpr double kNormEpsilon = 1e-5;

// Moves information along one axis of [B, T, D]: between tokens, or between channels. What a block
// is a list of.
class Mixer : public torch::nn::Module {
 public:
  // [B, T, D] -> [B, T, D], without residual and norm. x lies in either order of kernels/layout.h,
  // the result in any.
  virtual torch::Tensor forward(const torch::Tensor& x, const MixerContext& context) = 0;
  // The sublayer rms(h + forward(h)), the norm along axis(). Whoever can compute it in one call
  // does; the others get it from here.
  virtual torch::Tensor sublayer(const torch::Tensor& h, const MixerContext& context) {
    return kernels::add_rms_norm(h, forward(h, context), axis(), kNormEpsilon);
  }
  virtual kernels::Axis axis() const = 0;
  // The name of its parameters in checkpoints, as the reference has it.
  virtual std::string_view parameter_prefix() const = 0;
  // Head size for the rotary tables; 0 where positions mean nothing to the mixer.
  virtual int64_t head_size() const { return 0; }
  // Of one forward pass over [rows, T, D].
  virtual Cost cost(int64_t rows) const = 0;
};

}  // namespace trm::nn
