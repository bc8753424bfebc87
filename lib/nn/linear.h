#pragma once

#include <optional>

#include "kernels/packed.h"
#include "nn/cost.h"
#include "nn/initializer.h"
#include "tensor/torch.h"

namespace trm::nn {

// A float32 master weight and what products read in its place: the layout that the tiles of a fused
// sublayer want, or else a copy in bfloat16 when activations are. They are made once a step by
// cast_weights(), not once a use.
class Weight : public torch::nn::Module {
 public:
  // shape [out, in], truncated normal of the given deviation.
  Weight(at::IntArrayRef shape, double std, Initializer& init);

  // Has the weight packed from now on for a sublayer along that axis; see kernels::can_pack.
  void pack_along(kernels::Axis axis, int64_t inner, int64_t channels);

  // Brings the copies for activations of that type up to date with the master.
  void cast(at::ScalarType activations);

  torch::Tensor weight;  // [out, in] float32
  // The same in bfloat16, rows aligned; undefined while activations are float32, and where `packed`
  // is read in its place.
  torch::Tensor shadow;
  kernels::Packed packed;

 private:
  struct Packing {
    kernels::Axis axis;
    int64_t inner, channels;
  };
  std::optional<Packing> packing_;
};

// x W^T without a bias, std 1 / sqrt(in) (spec 2.2).
class Linear : public Weight {
 public:
  Linear(int64_t in, int64_t out, Initializer& init);

  // [..., in] -> [..., out]
  torch::Tensor forward(const torch::Tensor& x) const;

  // The product of `rows` vectors with the weight.
  Product product(int64_t rows) const { return {1, rows, weight.size(1), weight.size(0)}; }
};

// Casts every Weight below a module.
void cast_weights(torch::nn::Module& module, at::ScalarType activations);

// Gives every Weight below a module the copies that a module built alike has.
void share_shadows(torch::nn::Module& module, const torch::nn::Module& other);

}  // namespace trm::nn
