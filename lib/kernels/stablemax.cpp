#include "kernels/stablemax.h"

#include <ATen/ops/where.h>

#include "core/part_clock.h"
#include "kernels/function.h"
#include "kernels/gpu/launch.h"
#include "tensor/batch.h"

namespace trm::kernels {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

Tensor stable(const Tensor& x) { return at::where(x.lt(0), 1.0 / (1.0 - x), x + 1.0); }

struct Targets {
  Tensor index;  // [B, L, 1] int64, 0 where ignored
  Tensor mask;   // [B, L] bool
};

Targets targets_of(const Tensor& labels) {
  const auto mask = labels.ne(kIgnoredLabel);
  return {labels.to(at::kLong).masked_fill(mask.logical_not(), 0).unsqueeze(-1), mask};
}

// What the CUDA kernels take; the rest is left to ATen.
bool fused(const Tensor& logits, const Tensor& labels) {
  const auto type = logits.scalar_type();
  return logits.is_cuda() && (type == at::kFloat || type == at::kBFloat16) &&
         labels.scalar_type() == at::kInt;
}

class CrossEntropy : public Function<CrossEntropy> {
 public:
  static Tensor forward(AutogradContext* ctx, const Tensor& logits, const Tensor& labels) {
    const PartScope loss_part(Part::kLoss);
    ctx->save_for_backward({logits, labels});
    if (fused(logits, labels)) {
      const auto loss = torch::empty(labels.sizes(), logits.options().dtype(at::kDouble));
      gpu::stablemax(logits, labels, loss);
      return loss;
    }
    const auto [index, mask] = targets_of(labels);
    const auto s = stable(logits.to(at::kDouble));  // [B, L, V]
    const auto loss = s.sum(-1).log() - s.gather(-1, index).squeeze(-1).log();
    return at::where(mask, loss, torch::zeros_like(loss));
  }

  static tensor_list backward(AutogradContext* ctx, tensor_list gradients) {
    const PartScope loss_part(Part::kLoss);
    const auto saved = ctx->get_saved_variables();
    const auto& [logits, labels] = std::tie(saved[0], saved[1]);
    if (fused(logits, labels)) {
      const auto gradient = torch::empty(logits.sizes(), logits.options());
      gpu::stablemax_gradient(gradients[0].contiguous(), logits, labels, gradient);
      return {gradient, Tensor()};
    }
    const auto [index, mask] = targets_of(labels);
    const auto x = logits.to(at::kDouble);
    const auto s = stable(x);
    const auto slope = at::where(x.lt(0), s * s, torch::ones_like(s));
    // d/dx_j (log sum s - log s_label) = s'_j / sum - [j = label] s'_j / s_j.
    auto d = slope / s.sum(-1, true);
    const auto at_label = -(slope / s).gather(-1, index);
    d.scatter_add_(-1, index, at_label);
    const auto upstream = at::where(mask, gradients[0], torch::zeros_like(gradients[0]));
    return {(d * upstream.unsqueeze(-1)).to(logits.scalar_type()), Tensor()};
  }
};

}  // namespace

Tensor stablemax_cross_entropy(const Tensor& logits, const Tensor& labels) {
  return CrossEntropy::apply(logits.contiguous(), labels.contiguous());
}

}  // namespace trm::kernels
