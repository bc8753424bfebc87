#pragma once

#include <memory>

#include "kernels/rms_norm.h"
#include "nn/linear.h"

namespace trm::nn {

// SwiGLU (spec 2.2) along one axis of [B, T, D]: down(silu(gate) * up). Along the positions it is
// the token mixer of TRM's MLP variant (spec 2.3): weights [2 * M, T] and [T, M].
class SwiGlu : public torch::nn::Module {
 public:
  SwiGlu(int64_t width, double expansion, kernels::Axis axis, Initializer& init);

  // Has its weights packed from now on, for activations of so many channels.
  void pack_for(int64_t channels);

  // [B, T, D] -> [B, T, D]; `width` is the size of the axis.
  torch::Tensor forward(const torch::Tensor& x) const;
  // rms(h + forward(h)) along the axis, in one call where the machine has it.
  torch::Tensor sublayer(const torch::Tensor& h, double epsilon) const;

  // Of `rows` trajectories with `others` vectors each along the other axis.
  Cost cost(int64_t rows, int64_t others) const;

  // The inner width: expansion * width * 2 / 3, rounded half to even, then up to a multiple of 256.
  static int64_t inner_width(int64_t width, double expansion);

 private:
  kernels::Axis axis_;
  std::shared_ptr<Linear> gate_up_;  // [2 * M, width]
  std::shared_ptr<Linear> down_;     // [width, M]
};

}  // namespace trm::nn
