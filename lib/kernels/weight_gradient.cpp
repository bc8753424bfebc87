#include "kernels/weight_gradient.h"

#include <torch/csrc/autograd/graph_task.h>

#include <stdexcept>

namespace trm::kernels {

void refuse_second_gradient() {
  if (torch::GradMode::is_enabled()) {
    throw std::logic_error(
        "the gradient of a gradient was asked for (create_graph), which the network's products do "
        "not have");
  }
}

WeightGradient::WeightGradient(const torch::Tensor& weight, bool wanted) {
  refuse_second_gradient();
  if (!wanted) return;
  const auto* chosen = torch::autograd::get_current_graph_task_exec_info();
  const auto& kept = weight.grad();
  direct_ = kept.defined() && kept.is_contiguous() && (chosen == nullptr || chosen->empty());
  buffer_ = direct_ ? kept : torch::zeros_like(weight, torch::MemoryFormat::Contiguous);
}

}  // namespace trm::kernels
