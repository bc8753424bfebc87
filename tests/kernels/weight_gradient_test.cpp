#include <torch/csrc/autograd/autograd.h>

#include "kernels/attention.h"
#include "kernels/gate.h"
#include "kernels/product.h"
#include "kernels/stablemax.h"
#include "kernels/swiglu.h"
#include "tests/kernels/compare.h"

namespace trm::kernels {
namespace {

using torch::Tensor;

std::vector<Tensor> gradient_of(const Tensor& y, const Tensor& x, bool create_graph = false) {
  return torch::autograd::grad(std::vector<Tensor>{y}, std::vector<Tensor>{x}, {}, std::nullopt,
                               create_graph);
}

// Weights whose gradients are written by the products themselves, in every way that autograd can
// be asked for them.
TEST_CASE("autograd::grad returns a weight's gradient and leaves the one that is kept", "[unit]") {
  const auto x = normal({3, 5, 7}), w = leaf(normal({4, 7}, at::kFloat, 2));
  w.mutable_grad() = torch::full_like(w, 5);
  const auto y = kernels::linear(x, w).sum();
  const auto found = gradient_of(y, w)[0];
  CHECK(distance(found, x.sum(at::IntArrayRef{0, 1}).expand({4, 7})) < 1e-6);
  CHECK(same_bits(w.grad(), torch::full_like(w, 5)));
}

TEST_CASE("after zero_grad a weight has the gradient of the next backward pass", "[unit]") {
  const auto x = normal({3, 5, 7}), w = leaf(normal({4, 7}, at::kFloat, 2));
  w.mutable_grad() = torch::full_like(w, 5);
  w.mutable_grad() = torch::Tensor();  // what zero_grad() does
  kernels::linear(x, w).sum().backward();
  CHECK(distance(w.grad(), x.sum(at::IntArrayRef{0, 1}).expand({4, 7})) < 1e-6);
}

TEST_CASE("a gradient of the gradient is an error", "[unit]") {
  const auto x = leaf(normal({3, 8, 8})), w = leaf(normal({8, 8}, at::kFloat, 2));
  const auto gate_up = leaf(normal({16, 8}, at::kFloat, 3));
  const auto heads = x.unsqueeze(2).expand({3, 8, 3, 8});
  const auto angles = normal({8, 8}, at::kFloat, 4);
  const std::vector<Tensor> results = {
      kernels::linear(x, w),
      mix_positions(x, w),
      gate(x, 2),
      add_rms_norm(x, x, Axis::kChannels, 1e-5),
      swiglu_norm(x, {gate_up, w, {}, {}, {}, {}}, Axis::kChannels, 1e-5),
      stablemax_cross_entropy(x, torch::zeros({3, 8}, at::kInt)),
      attention(heads, angles.cos(), angles.sin()),
  };
  for (const auto& y : results) {
    CHECK_THROWS_AS(gradient_of(y.sum(), x, true), std::logic_error);
    CHECK(gradient_of(y.sum(), x)[0].sizes() == x.sizes());
  }
}

}  // namespace
}  // namespace trm::kernels
