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

// Moves information between tokens. No residual and no norm: Block adds both, along axis().
class Mixer : public torch::nn::Module {
 public:
  // [B, T, D] -> [B, T, D]
  virtual torch::Tensor forward(const torch::Tensor& x, const MixerContext& context) = 0;
  virtual kernels::Axis axis() const = 0;
  // The name of its parameters in checkpoints, as the reference has it.
  virtual std::string_view parameter_prefix() const = 0;
  // Head size for the rotary tables; 0 where positions mean nothing to the mixer.
  virtual int64_t head_size() const { return 0; }
  // Of one forward pass over [rows, T, D].
  virtual Cost cost(int64_t rows) const = 0;
};

}  // namespace trm::nn
