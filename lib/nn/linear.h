#pragma once

#include "nn/cost.h"
#include "nn/initializer.h"
#include "tensor/torch.h"

namespace trm::nn {

// A float32 master weight and the bfloat16 copy that products read when activations are bfloat16.
// The copy is cast once a step by cast_weights(), not once a use.
class Weight : public torch::nn::Module {
 public:
  // shape [out, in], truncated normal of the given deviation.
  Weight(at::IntArrayRef shape, double std, Initializer& init);

  // Brings the copy for activations of that type up to date with the master.
  void cast(at::ScalarType activations);

  torch::Tensor weight;  // [out, in] float32
  torch::Tensor shadow;  // the same in bfloat16; undefined while activations are float32
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

// Gives every Weight below a module the copy that a module built alike has.
void share_shadows(torch::nn::Module& module, const torch::nn::Module& other);

}  // namespace trm::nn
