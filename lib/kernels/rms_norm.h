#pragma once

#include "tensor/torch.h"

namespace trm::kernels {

// The axis of [B, T, D] along which a sublayer mixes and its norm runs.
enum class Axis { kChannels, kPositions };

// rms(h + r), without a gain (spec 2.2): x / sqrt(mean(x^2) + eps) along the axis.
// h, r: [B, T, D] of one type; arithmetic in float32. Token-major where h is (layout.h).
torch::Tensor add_rms_norm(const torch::Tensor& h, const torch::Tensor& r, Axis axis, double eps);

// The same in plain ATen.
torch::Tensor add_rms_norm_reference(const torch::Tensor& h, const torch::Tensor& r, Axis axis,
                                     double eps);

}  // namespace trm::kernels
