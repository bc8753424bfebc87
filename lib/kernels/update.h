#pragma once

#include "kernels/arithmetic.h"
#include "tensor/torch.h"

namespace trm::kernels {

// One step of Adam-atan2 (spec 5.1) or AdamW over flat float32 buffers of one length, in place.
// scalars: AdamScalars as a [6] float tensor on the buffers' device. apply: [1] float there; where
// it is 0 nothing changes, so that a step with a non-finite gradient leaves no trace and the host
// need not look.
void adam_atan2(const torch::Tensor& p, const torch::Tensor& m, const torch::Tensor& v,
                const torch::Tensor& g, const torch::Tensor& scalars, const torch::Tensor& apply);
void adamw(const torch::Tensor& p, const torch::Tensor& m, const torch::Tensor& v,
           const torch::Tensor& g, const torch::Tensor& scalars, const torch::Tensor& apply);

// The same as adam_atan2 in plain ATen, without the mask.
void adam_atan2_reference(const torch::Tensor& p, const torch::Tensor& m, const torch::Tensor& v,
                          const torch::Tensor& g, const AdamScalars& scalars);

// average = (1 - rate) p + rate average (spec 5.5), flat float32 buffers; apply as above.
void average(const torch::Tensor& average, const torch::Tensor& p, double rate,
             const torch::Tensor& apply);

// Sparse sign-SGD (spec 5.2) on a table [N, D]: for each id in ids [B], with G the sum of the rows
// of gradients [B, D] that share it: row = row * decay - rate * sign(G). Rows not named stay.
// scalars: [2] float, rate and decay, on the table's device; apply as above.
void sign_update(const torch::Tensor& table, const torch::Tensor& ids,
                 const torch::Tensor& gradients, const torch::Tensor& scalars,
                 const torch::Tensor& apply);

}  // namespace trm::kernels
