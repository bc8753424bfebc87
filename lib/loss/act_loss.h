#pragma once

#include "loss/loss.h"
#include "loss/sums.h"
#include "model/halting.h"

namespace trm::loss {

// Sums over the rows of one supervision step (spec 4). `loss` has a graph; the rest are counts and
// sums on the device, read when they are logged.
struct LossTerms {
  torch::Tensor loss;  // total, float64 scalar: lm_loss + (q_halt_loss + q_continue_loss) / 2
  torch::Tensor sums;  // [kSums] float64, as sums.h has them
};

// Undefined tensors stand for the usual case.
struct LossOptions {
  torch::Tensor halting_rows = {};  // [B] float weights of the rows of q_halt_loss; all rows count
  torch::Tensor continue_target =
      {};  // [B] probabilities; q_continue is not trained and its loss 0
};

// The loss head on the carry after a supervision step: its labels, halting and step counts.
LossTerms act_loss(const model::Output& output, const model::Carry& carry,
                   const TokenLoss& token_loss, const LossOptions& options = {});

}  // namespace trm::loss
