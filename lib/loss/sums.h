#pragma once

#include <span>
#include <string_view>

#include "tensor/torch.h"

namespace trm::loss {

// What is counted and summed over the rows of supervision steps (spec 4), under the references'
// metric names. All but the losses count only rows that halted in a step and have a label; the
// losses are over all rows.
template <class T>
struct SumsOf {
  T count{}, accuracy{}, exact_accuracy{}, q_halt_accuracy{}, steps{};
  T lm_loss{}, q_halt_loss{}, q_continue_loss{};

  // f(name, value) for each, in the order that they have in a tensor, in the log and in
  // checkpoints.
  template <class Self, class F>
  static void each(Self& self, const F& f) {
    f("count", self.count);
    f("accuracy", self.accuracy);
    f("exact_accuracy", self.exact_accuracy);
    f("q_halt_accuracy", self.q_halt_accuracy);
    f("steps", self.steps);
    f("lm_loss", self.lm_loss);
    f("q_halt_loss", self.q_halt_loss);
    f("q_continue_loss", self.q_continue_loss);
  }
};
using Sums = SumsOf<double>;

inline constexpr int64_t kSums = 8;

// [kSums] float64, on the device of its terms, each [] of any type; and back, from the host.
torch::Tensor to_tensor(const SumsOf<torch::Tensor>& sums);
Sums sums_from(std::span<const double> values);

// The means that sums stand for: a loss is divided by `rows`, everything else by the count of
// halted rows, of which there is taken to be one at least where `count_at_least_one`. The count
// stays as it is.
Sums means(const Sums& sums, double rows, bool count_at_least_one);

inline bool is_loss(std::string_view name) { return name.ends_with("loss"); }

}  // namespace trm::loss
