#include "kernels/layout.h"
#include "nn/block.h"
#include "tests/call_watch.h"
#include "tests/kernels/compare.h"

namespace trm::nn {
namespace {

using torch::Tensor;

struct Result {
  Tensor y, dx;
  std::vector<Tensor> weights;
  int64_t copies;  // by ATen, between tensors of at least the input's size
};

// Plain products: weights are packed for tiles when they are cast, which these are not.
Result run(Stack& stack, const Tensor& x, const Tensor& dy) {
  std::vector<Tensor> gradients;
  for (auto& w : stack.parameters()) w.mutable_grad() = torch::zeros_like(w);
  const auto a = x.detach().requires_grad_();
  int64_t copies = 0;
  Tensor y;
  {
    const CallWatch copying([&](const at::RecordFunction& call) {
      if (std::string_view(call.name()) == "aten::copy_" &&
          call.inputs()[0].toTensor().numel() >= x.numel()) {
        ++copies;
      }
    });
    y = stack.forward(stack.forward(a, {}) + a, {});
    y.backward(dy);
  }
  for (auto& w : stack.parameters()) gradients.push_back(w.grad().clone());
  return {y.detach(), a.grad(), gradients, copies};
}

TEST_CASE("a network that mixes along the positions moves nothing where it is token-major",
          "[unit]") {
  // Small enough for batched products on a CPU, as on a GPU.
  constexpr int64_t kBatch = 4, kTokens = 12, kWidth = 64;
  Initializer init(1);
  Stack stack({{TokenMlp::Config{}, 0.1, 2}}, {kTokens, kWidth}, init);
  const auto x = kernels::normal({kBatch, kTokens, kWidth}),
             dy = kernels::normal(x.sizes(), at::kFloat, 2);
  const auto expected = run(stack, x, dy);
  const auto found = run(stack, kernels::to_token_major(x), kernels::to_token_major(dy));
  CHECK(kernels::is_token_major(found.y));
  CHECK(kernels::is_token_major(found.dx));
  CHECK(kernels::distance(found.y, expected.y) < 1e-5);
  CHECK(kernels::distance(found.dx, expected.dx) < 1e-5);
  for (size_t i = 0; i < expected.weights.size(); ++i) {
    CHECK(kernels::distance(found.weights[i], expected.weights[i]) < 1e-5);
  }
  // Both operands of the gradients of two weights, in two layers, twice.
  CHECK(expected.copies >= 16);
  CHECK(found.copies == 0);
}

}  // namespace
}  // namespace trm::nn
