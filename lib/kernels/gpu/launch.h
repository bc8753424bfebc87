#pragma once

#include "kernels/arithmetic.h"
#include "kernels/rms_norm.h"
#include "tensor/torch.h"

// The CUDA bodies of the fused kernels, queued on the current stream; nothing waits. A build
// without CUDA links launch_absent.cpp, where each throws std::logic_error: no tensor of it is on a
// GPU.

namespace trm::kernels::gpu {

void add_rms_norm(const torch::Tensor& h, const torch::Tensor& r, const torch::Tensor& y,
                  const torch::Tensor& rstd, Axis axis, float eps);
void rms_norm_gradient(const torch::Tensor& dy, const torch::Tensor& y, const torch::Tensor& rstd,
                       const torch::Tensor& dx, Axis axis);

void gate(const torch::Tensor& x, const torch::Tensor& y, int64_t outer, int64_t inner);
void gate_gradient(const torch::Tensor& dy, const torch::Tensor& x, const torch::Tensor& dx,
                   int64_t outer, int64_t inner);

// qkv, out: [B, T, 3 * H, K] contiguous; cos, sin: [T, K] float contiguous; direction 1 or -1.
void rotate(const torch::Tensor& qkv, const torch::Tensor& out, const torch::Tensor& cos,
            const torch::Tensor& sin, float direction);

// logits: [B, L, V] contiguous, float or bfloat16; labels: [B, L] int32; loss, upstream: [B, L]
// double. A label that is no token gives NaN.
void stablemax(const torch::Tensor& logits, const torch::Tensor& labels, const torch::Tensor& loss);
void stablemax_gradient(const torch::Tensor& upstream, const torch::Tensor& logits,
                        const torch::Tensor& labels, const torch::Tensor& gradient);

// scalars: AdamScalars as a float tensor on the device; apply: [1] float, 0 leaves all as it is.
void adam(const torch::Tensor& p, const torch::Tensor& m, const torch::Tensor& v,
          const torch::Tensor& g, const torch::Tensor& scalars, const torch::Tensor& apply,
          bool atan2);
void average(const torch::Tensor& average, const torch::Tensor& p, double rate,
             const torch::Tensor& apply);

// step: [1] int64; rows: [R] int64; out: [R, columns] float.
void uniform(uint64_t key, const torch::Tensor& step, const torch::Tensor& rows,
             const torch::Tensor& out);

}  // namespace trm::kernels::gpu
