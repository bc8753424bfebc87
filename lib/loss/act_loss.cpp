#include "loss/act_loss.h"

#include <ATen/ops/binary_cross_entropy_with_logits.h>

#include "loss/correctness.h"

namespace trm::loss {

using torch::Tensor;

LossTerms act_loss(const model::Output& output, const model::Carry& carry,
                   const TokenLoss& token_loss, const LossOptions& options) {
  const auto& labels = carry.data.labels;
  const auto right = correctness(output.logits.detach().argmax(-1), labels);
  const auto divisor = right.cells.clamp_min(1);

  const auto lm = (token_loss.forward(output.logits, labels) / divisor.unsqueeze(1)).sum();
  const auto q_halt = at::binary_cross_entropy_with_logits(
      output.q_halt, right.exact.to(output.q_halt.scalar_type()), options.halting_rows, {},
      at::Reduction::Sum);
  const auto q_continue =
      options.continue_target.defined()
          ? at::binary_cross_entropy_with_logits(output.q_continue, options.continue_target, {}, {},
                                                 at::Reduction::Sum)
          : torch::zeros_like(q_halt);
  const auto total = lm.to(at::kDouble) + 0.5 * (q_halt + q_continue);

  torch::NoGradGuard no_grad;
  const auto valid = carry.halted.logical_and(right.cells.gt(0));
  const auto sum = [&](const Tensor& rows) { return rows.to(at::kDouble).mul(valid).sum(); };
  const auto halt_right = output.q_halt.ge(0).eq(right.exact);
  return {total, to_tensor({.count = valid.sum(),
                            .accuracy = sum(right.accuracy),
                            .exact_accuracy = sum(right.exact),
                            .q_halt_accuracy = sum(halt_right),
                            .steps = sum(carry.steps),
                            .lm_loss = lm,
                            .q_halt_loss = q_halt,
                            .q_continue_loss = q_continue})};
}

}  // namespace trm::loss
