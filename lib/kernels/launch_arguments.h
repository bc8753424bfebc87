#pragma once

#include "tensor/torch.h"

// What the CUDA kernels of gate, stablemax, update and noise take. A kernel reads bare addresses,
// so each of its tensors is looked at before it is queued: type, shape, contiguity, and the device,
// which is that of the first. std::logic_error names the kernel, the argument and what is wrong
// with it. The shapes are those of kernels/gpu/launch.h. (That of the norm and of the rotation is
// checked where they are made, in rms_norm.cpp and rotary.cpp.)

namespace trm::kernels {

// gate, where x has outer pieces of two halves; its gradient, with dy beside y's place and dx like
// x.
void expect_gate(const torch::Tensor& x, const torch::Tensor& y, int64_t outer, int64_t inner);
void expect_gate_gradient(const torch::Tensor& dy, const torch::Tensor& x, const torch::Tensor& dx,
                          int64_t outer, int64_t inner);

void expect_stablemax(const torch::Tensor& logits, const torch::Tensor& labels,
                      const torch::Tensor& loss);
void expect_stablemax_gradient(const torch::Tensor& upstream, const torch::Tensor& logits,
                               const torch::Tensor& labels, const torch::Tensor& gradient);

void expect_adam(const torch::Tensor& p, const torch::Tensor& m, const torch::Tensor& v,
                 const torch::Tensor& g, const torch::Tensor& scalars, const torch::Tensor& apply);
void expect_average(const torch::Tensor& average, const torch::Tensor& p,
                    const torch::Tensor& apply);

void expect_uniform(const torch::Tensor& step, const torch::Tensor& rows, const torch::Tensor& out);

}  // namespace trm::kernels
