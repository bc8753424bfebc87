#include "kernels/layout.h"

#include "kernels/product.h"
#include "kernels/swiglu.h"
#include "tests/kernels/compare.h"

namespace trm::kernels {
namespace {

using torch::Tensor;

constexpr double kEpsilon = 1e-5;

TEST_CASE("token-major is an order in memory, not a shape", "[unit]") {
  const auto x = normal({3, 5, 4});
  CHECK_FALSE(is_token_major(x));
  const auto y = to_token_major(x);
  CHECK(is_token_major(y));
  CHECK(at::equal(x, y));
  CHECK(to_token_major(y).is_same(y));
  // Of one trajectory, and of one token, both orders are the same.
  CHECK_FALSE(is_token_major(to_token_major(normal({1, 5, 4}))));
  CHECK_FALSE(is_token_major(to_token_major(normal({3, 1, 4}))));
  // A view of some rows is neither, some tokens' is.
  CHECK_FALSE(is_token_major(y.slice(0, 1)));
  CHECK(is_token_major(y.slice(1, 2)));
  for (const auto axis : {Axis::kChannels, Axis::kPositions}) {
    const auto memory = in_memory(y, axis);
    CHECK(memory.is_contiguous());
    CHECK(memory.const_data_ptr() == y.const_data_ptr());
    CHECK(by_shape(memory, axis, 3).strides() == y.strides());
  }
}

// f's result and gradients for x and weights as they are, and for a token-major x.
template <class F>
void compare(const Tensor& x, const std::vector<Tensor>& weights, const F& f, double tolerance) {
  const auto run = [&](const Tensor& input) {
    for (const auto& w : weights) w.mutable_grad() = torch::zeros_like(w);
    const auto a = input.detach().requires_grad_();
    const auto y = f(a);
    y.backward(normal(y.sizes(), y.scalar_type(), 9).to(y.device()));
    std::vector<Tensor> result = {y.detach(), a.grad()};
    for (const auto& w : weights) result.push_back(w.grad().clone());
    return result;
  };
  const auto expected = run(x), found = run(to_token_major(x));
  CHECK(expected[0].is_contiguous());
  CHECK(is_token_major(found[0]));
  for (size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(distance(found[i], expected[i]) < tolerance);
  }
}

// Sums along the tokens are of other lengths or in another order: a few roundings.
double tolerance(at::ScalarType type) { return type == at::kFloat ? 3e-6 : 3e-2; }

void compare_all(const torch::Device& device) {
  constexpr int64_t kBatch = 3, kTokens = 37, kWidth = 24, kInner = 48;
  const auto weight = [&](int64_t out, int64_t in, uint64_t seed) {
    const auto w = normal({out, in}, at::kFloat, seed) / std::sqrt(static_cast<double>(in));
    return w.to(device).requires_grad_();
  };
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    CAPTURE(type);
    const auto x = normal({kBatch, kTokens, kWidth}, type, 1).to(device),
               r = normal({kBatch, kTokens, kWidth}, type, 2).to(device);
    const auto w = weight(kInner, kWidth, 3);
    compare(
        x, {w}, [&](const Tensor& a) { return kernels::linear(a, w); }, tolerance(type));
    for (const auto axis : {Axis::kChannels, Axis::kPositions}) {
      CAPTURE(static_cast<int>(axis));
      for (const auto& other : {r, to_token_major(r)}) {
        const auto norm = [&](const Tensor& a) { return add_rms_norm(a, other, axis, kEpsilon); };
        compare(x, {}, norm, tolerance(type));
      }
      const int64_t n = axis == Axis::kChannels ? kWidth : kTokens;
      const SwiGluWeights both{weight(2 * kInner, n, 4), weight(n, kInner, 5), {}, {}, {}, {}};
      const auto sublayer = [&](const Tensor& a) { return swiglu_norm(a, both, axis, kEpsilon); };
      compare(x, {both.gate_up, both.down}, sublayer, tolerance(type));
    }
  }
}

TEST_CASE("products, norms and SwiGLUs are the same of token-major activations", "[unit]") {
  compare_all(at::kCPU);
}

TEST_CASE("products, norms and SwiGLUs are the same of token-major activations on a GPU", "[gpu]") {
  if (no_gpu()) return;
  compare_all(at::kCUDA);
}

}  // namespace
}  // namespace trm::kernels
