#include "kernels/product.h"

#include <ATen/Context.h>
#include <ATen/ops/matmul.h>

#include "tests/kernels/compare.h"

namespace trm::kernels {
namespace {

using torch::Tensor;
using Product = Tensor (*)(const Tensor&, const Tensor&, const Tensor&);

// Products in bfloat16 sum in float32 and round once.
double tolerance(at::ScalarType type) { return type == at::kFloat ? 4e-6 : 8e-3; }

Tensor shadow_of(const Tensor& weight, at::ScalarType type) {
  return type == at::kFloat ? Tensor() : weight.detach().to(type);
}

struct Result {
  Tensor y, dx, dw;
};

// Applied twice, as a recursion does: the weight's gradient is a sum. `held` says whether the
// weight has a gradient tensor already, which the trainer's have.
Result run(Product f, const Tensor& x, const Tensor& weight, const Tensor& dy, bool held) {
  const auto a = leaf(x), w = leaf(weight);
  const auto shadow = shadow_of(w, x.scalar_type());
  if (held) w.mutable_grad() = torch::zeros_like(w);
  const void* home = held ? w.grad().const_data_ptr() : nullptr;
  const auto y = f(a, w, shadow);
  y.backward(dy);
  f(a, w, shadow).backward(dy);
  if (held) CHECK(w.grad().const_data_ptr() == home);
  return {y, a.grad(), w.grad()};
}

Result run_exact(bool positions, const Tensor& x, const Tensor& weight, const Tensor& dy) {
  const auto a = exact(x);
  const auto w = exact(
      shadow_of(weight, x.scalar_type()).defined() ? shadow_of(weight, x.scalar_type()) : weight);
  const auto y = positions ? at::matmul(w, a) : at::matmul(a, w.t());
  y.backward(dy.to(at::kDouble));
  return {y, a.grad() * 2, w.grad() * 2};
}

struct Shape {
  int64_t rows, tokens, width, out;
};
// The last two are large enough for oneDNN.
const Shape kShapes[] = {
    {1, 1, 1, 1}, {3, 36, 7, 97}, {2, 97, 97, 7}, {2, 97, 128, 512}, {4, 256, 160, 256}};

TEST_CASE("linear and its gradients are those of ATen in float64", "[unit]") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const auto& [rows, tokens, width, out] : kShapes) {
      for (const bool held : {false, true}) {
        CAPTURE(type, rows, tokens, width, out, held);
        const auto x = normal({rows, tokens, width}, type, 1),
                   w = normal({out, width}, at::kFloat, 2);
        const auto dy = normal({rows, tokens, out}, type, 3);
        const auto result = run(kernels::linear, x, w, dy, held);
        const auto expected = run_exact(false, x, w, dy);
        CHECK(result.y.scalar_type() == type);
        CHECK(result.dw.scalar_type() == at::kFloat);
        CHECK(distance(result.y, expected.y) < tolerance(type));
        CHECK(distance(result.dx, expected.dx) < tolerance(type));
        CHECK(distance(result.dw, expected.dw) < tolerance(at::kFloat));  // never rounded
      }
    }
  }
}

TEST_CASE("mixing positions and its gradients are those of ATen in float64", "[unit]") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const auto& [rows, tokens, width, out] : kShapes) {
      for (const bool held : {false, true}) {
        CAPTURE(type, rows, tokens, width, out, held);
        const auto x = normal({rows, tokens, width}, type, 1),
                   w = normal({out, tokens}, at::kFloat, 2);
        const auto dy = normal({rows, out, width}, type, 3);
        const auto result = run(mix_positions, x, w, dy, held);
        const auto expected = run_exact(true, x, w, dy);
        CHECK(distance(result.y, expected.y) < tolerance(type));
        CHECK(distance(result.dx, expected.dx) < tolerance(type));
        CHECK(distance(result.dw, expected.dw) < tolerance(at::kFloat));  // never rounded
      }
    }
  }
}

TEST_CASE("products take inputs that lie transposed", "[unit]") {
  const auto x = normal({2, 36, 97}, at::kFloat, 1);
  const auto w = normal({50, 97}, at::kFloat, 2), p = normal({50, 36}, at::kFloat, 2);
  const auto dy = normal({2, 36, 50}, at::kFloat, 3), dp = normal({2, 50, 97}, at::kFloat, 3);
  const auto a = run(kernels::linear, transposed_copy(x), w, transposed_copy(dy), true);
  CHECK(distance(a.dw, run_exact(false, x, w, dy).dw) < tolerance(at::kFloat));
  CHECK(distance(a.dx, run_exact(false, x, w, dy).dx) < tolerance(at::kFloat));
  const auto b = run(mix_positions, transposed_copy(x), p, transposed_copy(dp), true);
  CHECK(distance(b.dw, run_exact(true, x, p, dp).dw) < tolerance(at::kFloat));
  CHECK(distance(b.dx, run_exact(true, x, p, dp).dx) < tolerance(at::kFloat));
}

TEST_CASE("a product computes only the gradients that are asked for", "[unit]") {
  const auto x = normal({2, 5, 7}), w = leaf(normal({3, 7}));
  kernels::linear(x, w).sum().backward();
  CHECK(w.grad().defined());
  const auto a = leaf(x);
  kernels::linear(a, w.detach()).sum().backward();
  CHECK(distance(a.grad(), w.detach().sum(0).expand({2, 5, 7})) < 1e-6);
}

TEST_CASE("multiply_into adds to a share of what was there", "[unit]") {
  for (const int64_t size : {5, 160}) {
    for (const float beta : {0.0F, 1.0F}) {
      const auto a = normal({size, size}, at::kFloat, 1), b = normal({size, size}, at::kFloat, 2);
      const auto out = normal({size, size}, at::kFloat, 3);
      const auto expected = at::matmul(exact(a).t(), exact(b)) + beta * exact(out);
      multiply_into(a.t(), b, out, beta);
      CHECK(distance(out, expected) < tolerance(at::kFloat));
    }
  }
}

// What a CPU without AVX-512 has.
struct WithoutOneDnn {
  WithoutOneDnn() { at::globalContext().setUserEnabledMkldnn(false); }
  ~WithoutOneDnn() { at::globalContext().setUserEnabledMkldnn(true); }
};

TEST_CASE("without oneDNN a product in bfloat16 is one in float32, rounded", "[unit]") {
  const WithoutOneDnn off;
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const float beta : {0.0F, 1.0F}) {
      const auto a = normal({160, 97}, at::kBFloat16, 1), b = normal({160, 50}, at::kBFloat16, 2);
      const auto out = normal({97, 50}, type, 3);
      const auto expected = at::matmul(exact(a).t(), exact(b)) + beta * exact(out);
      multiply_into(a.t(), b, out, beta);
      CHECK(distance(out, expected) < tolerance(type));
    }
  }
  const auto x = normal({2, 97, 7}, at::kBFloat16, 1), dy = normal({2, 50, 7}, at::kBFloat16, 3);
  const auto w = normal({50, 97}, at::kFloat, 2);
  const auto found = run(mix_positions, x, w, dy, true), expected = run_exact(true, x, w, dy);
  CHECK(distance(found.y, expected.y) < tolerance(at::kBFloat16));
  CHECK(distance(found.dx, expected.dx) < tolerance(at::kBFloat16));
  CHECK(distance(found.dw, expected.dw) < tolerance(at::kFloat));
}

TEST_CASE("the CUDA products are the CPU's", "[gpu]") {
  if (no_gpu()) return;
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    const auto x = normal({4, 97, 64}, type, 1);
    const auto w = normal({128, 64}, at::kFloat, 2), p = normal({128, 97}, at::kFloat, 2);
    const auto dy = normal({4, 97, 128}, type, 3), dp = normal({4, 128, 64}, type, 3);
    for (const bool held : {false, true}) {
      const auto a = run(kernels::linear, on_gpu(x), on_gpu(w), on_gpu(dy), held);
      const auto b = run_exact(false, x, w, dy);
      CHECK(distance(a.y, b.y) < tolerance(type));
      CHECK(distance(a.dx, b.dx) < tolerance(type));
      CHECK(distance(a.dw, b.dw) < tolerance(at::kFloat) * 4);  // float32 sums, whatever x is
      const auto c = run(mix_positions, on_gpu(x), on_gpu(p), on_gpu(dp), held);
      const auto d = run_exact(true, x, p, dp);
      CHECK(distance(c.y, d.y) < tolerance(type));
      CHECK(distance(c.dx, d.dx) < tolerance(type));
      CHECK(distance(c.dw, d.dw) < tolerance(at::kFloat) * 4);
    }
  }
}

}  // namespace
}  // namespace trm::kernels
