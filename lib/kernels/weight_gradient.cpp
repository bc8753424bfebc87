#include "kernels/weight_gradient.h"

#include <torch/csrc/autograd/graph_task.h>

namespace trm::kernels {

WeightGradient::WeightGradient(const torch::Tensor& weight, bool wanted) {
  if (!wanted) return;
  const auto* chosen = torch::autograd::get_current_graph_task_exec_info();
  const auto& kept = weight.grad();
  direct_ = kept.defined() && kept.is_contiguous() && (chosen == nullptr || chosen->empty());
  buffer_ = direct_ ? kept : torch::zeros_like(weight, torch::MemoryFormat::Contiguous);
}

}  // namespace trm::kernels
