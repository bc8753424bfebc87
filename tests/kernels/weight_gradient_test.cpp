#include <torch/csrc/autograd/autograd.h>

#include "kernels/product.h"
#include "tests/kernels/compare.h"

namespace trm::kernels {
namespace {

using torch::Tensor;

std::vector<Tensor> of_weight(const Tensor& y, const Tensor& w, bool create_graph = false) {
  return torch::autograd::grad(std::vector<Tensor>{y}, std::vector<Tensor>{w}, {}, std::nullopt,
                               create_graph);
}

// Weights whose gradients are written by the products themselves, in every way that autograd can
// be asked for them.
TEST_CASE("autograd::grad returns a weight's gradient and leaves the one that is kept", "[unit]") {
  const auto x = normal({3, 5, 7}), w = leaf(normal({4, 7}, at::kFloat, 2));
  w.mutable_grad() = torch::full_like(w, 5);
  const auto y = kernels::linear(x, w).sum();
  const auto found = of_weight(y, w)[0];
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
  const auto x = normal({3, 5, 7}), w = leaf(normal({4, 7}, at::kFloat, 2));
  const auto y = kernels::linear(x, w).sum();
  CHECK_THROWS_AS(of_weight(y, w, true), std::logic_error);
}

}  // namespace
}  // namespace trm::kernels
