#pragma once

#include "tensor/torch.h"

namespace trm::kernels {

// Where a product's backward pass adds the gradient of a weight. A recursion applies one weight
// many times, so that under a plain backward() it is added straight to weight.grad() where that is
// defined. In any other case (autograd::grad, backward() for some inputs, no grad yet) it is a
// fresh tensor, which autograd takes.
class WeightGradient {
 public:
  // Within a backward pass; `wanted`: what the context's needs_input_grad says.
  WeightGradient(const torch::Tensor& weight, bool wanted);

  // Float32, contiguous, the weight's shape, to be added to; undefined where it is not wanted.
  const torch::Tensor& buffer() const { return buffer_; }
  // What the backward function returns for the weight.
  torch::Tensor result() const { return direct_ ? torch::Tensor() : buffer_; }

 private:
  bool direct_ = false;
  torch::Tensor buffer_;
};

}  // namespace trm::kernels
