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

// Of a SwiGLU on n channels or positions, as tiles read them where there are any.
SwiGluWeights tiled_weights(Axis axis, int64_t n) {
  SwiGluWeights w;
  w.gate_up = leaf(normal({256, n}, at::kFloat, 5));
  w.down = leaf(normal({n, 128}, at::kFloat, 6));
  if (!can_pack(at::kCPU, at::kFloat, 128, n)) return w;
  pack(w.gate_up, axis, at::kFloat, w.gate_up_packed);
  pack(w.down, axis, at::kFloat, w.down_packed);
  return w;
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

TEST_CASE("a SwiGLU by tiles gives its weights' gradients in every way", "[unit]") {
  for (const auto axis : {Axis::kChannels, Axis::kPositions}) {
    const auto w = tiled_weights(axis, axis == Axis::kChannels ? 8 : 5);
    const auto x = normal({3, 5, 8});
    const auto result = [&] { return swiglu_norm(x, w, axis, 1e-5).sum(); };
    for (const auto& weight : {w.gate_up, w.down}) {
      weight.mutable_grad() = torch::zeros_like(weight);
      result().backward();
      const auto expected = weight.grad().clone();
      CHECK(expected.any().item<bool>());
      weight.mutable_grad().fill_(5);
      CHECK(same_bits(gradient_of(result(), weight)[0], expected));
      CHECK(same_bits(weight.grad(), torch::full_like(weight, 5)));
      weight.mutable_grad() = torch::Tensor();  // what zero_grad() does
      result().backward();
      CHECK(same_bits(weight.grad(), expected));
    }
  }
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
      swiglu_norm(x, tiled_weights(Axis::kChannels, 8), Axis::kChannels, 1e-5),
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
