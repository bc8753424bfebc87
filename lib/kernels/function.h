#pragma once

#include <stdexcept>
#include <utility>

#include "tensor/torch.h"

namespace trm::kernels {

// What our autograd functions are made from: forward(context, ...) and backward(context, gradients)
// of Derived. A backward pass in plain memory has no gradient of its gradient; a number asked for
// all the same (create_graph) would be wrong without a word. So the backward pass of all of them is
// a std::logic_error there.
template <class Derived>
class Function : public torch::autograd::Function<Function<Derived>> {
 public:
  template <class... Arguments>
  static auto forward(torch::autograd::AutogradContext* context, Arguments&&... arguments) {
    return Derived::forward(context, std::forward<Arguments>(arguments)...);
  }

  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                               torch::autograd::tensor_list gradients) {
    if (torch::GradMode::is_enabled()) {
      throw std::logic_error(
          "the gradient of a gradient was asked for (create_graph), which the network's kernels do "
          "not have");
    }
    return Derived::backward(context, std::move(gradients));
  }
};

}  // namespace trm::kernels
