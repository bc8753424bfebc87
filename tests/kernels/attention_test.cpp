#include "kernels/attention.h"

#include <ATen/ops/cat.h>
#include <torch/csrc/autograd/autograd.h>

#include "kernels/tile.h"
#include "tests/kernels/compare.h"

namespace trm::kernels {
namespace {

using torch::Tensor;

struct Shape {
  int64_t rows, tokens, heads, size;
};
// A token; fewer than a vector; odd numbers; one piece of queries, a rest that joins the last, and
// several pieces.
const Shape kShapes[] = {{1, 1, 1, 2},   {2, 7, 3, 6},    {3, 33, 2, 16},
                         {1, 97, 4, 64}, {1, 300, 2, 10}, {1, 437, 1, 64}};

struct Inputs {
  Tensor qkv, dy, cos, sin;
};
Inputs inputs(const Shape& s, at::ScalarType type, bool turned = true) {
  Inputs in{normal({s.rows, s.tokens, 3 * s.heads, s.size}, type, 1),
            normal({s.rows, s.tokens, s.heads, s.size}, type, 2),
            {},
            {}};
  if (turned) {
    const auto half = normal({s.tokens, s.size / 2}, at::kFloat, 3) * 4;
    const auto angles = torch::cat({half, half}, 1);
    in.cos = angles.cos();
    in.sin = angles.sin();
  }
  return in;
}

struct Result {
  Tensor y, dx;
};
Result run(const Inputs& in) {
  const auto a = leaf(in.qkv);
  const auto y = attention(a, in.cos, in.sin);
  y.backward(in.dy);
  return {y, a.grad()};
}
Result run_exact(const Inputs& in) {
  const auto a = exact(in.qkv);
  const auto table = [](const Tensor& x) { return x.defined() ? x.to(at::kDouble) : x; };
  const auto y = attention_reference(a, table(in.cos), table(in.sin));
  y.backward(in.dy.to(at::kDouble));
  return {y, a.grad()};
}

// Of norms: bfloat16 rounds turned queries and keys, weights and their gradients on the way.
double error(const Tensor& found, const Tensor& expected) {
  const auto difference = found.detach().to(at::kCPU).to(at::kDouble) - expected;
  return (difference.norm() / expected.norm()).item<double>();
}
double tolerance(at::ScalarType type) { return type == at::kFloat ? 2e-6 : 1e-2; }

TEST_CASE("attention and its gradient are those of ATen in float64", "[unit]") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const auto& shape : kShapes) {
      for (const bool turned : {true, false}) {
        CAPTURE(type, shape.rows, shape.tokens, shape.heads, shape.size, turned);
        const auto in = inputs(shape, type, turned);
        const auto result = run(in);
        const auto expected = run_exact(in);
        CHECK(result.y.scalar_type() == type);
        CHECK(result.y.sizes() == in.dy.sizes());
        CHECK(error(result.y, expected.y) < tolerance(type));
        // A single token has no choice: its weight is 1, and queries and keys no gradient.
        CHECK(error(result.dx, expected.dx) < tolerance(type));
      }
    }
  }
}

TEST_CASE("attention has the same bits without a graph, for each row alone and on any threads",
          "[unit]") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    const auto in = inputs({3, 97, 2, 16}, type);
    const auto first = run(in);
    for_thread_counts([&] {
      const auto again = run(in);
      CHECK(same_bits(again.y, first.y));
      CHECK(same_bits(again.dx, first.dx));
    });
    if (!tile::available(type)) continue;  // LibTorch's own promises nothing of rows
    torch::NoGradGuard no_grad;
    CHECK(same_bits(attention(in.qkv, in.cos, in.sin), first.y));
    for (int64_t row = 0; row < 3; ++row) {
      CHECK(same_bits(attention(in.qkv.slice(0, row, row + 1), in.cos, in.sin),
                      first.y.slice(0, row, row + 1)));
    }
  }
}

TEST_CASE("scores far beyond what exp can hold leave finite weights, and NaN stays", "[unit]") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    auto in = inputs({1, 33, 1, 16}, type, false);
    in.qkv = in.qkv * 1000;
    const auto result = run(in);
    CHECK(result.y.isfinite().all().item<bool>());
    CHECK(result.dx.isfinite().all().item<bool>());
    CHECK(error(result.y, run_exact(in).y) < tolerance(type));
    in.qkv.select(1, 5).fill_(std::numeric_limits<float>::quiet_NaN());
    CHECK(run(in).y.isnan().all().item<bool>());
  }
}

TEST_CASE("attention of what lies transposed in memory is the same", "[unit]") {
  const auto in = inputs({2, 36, 2, 14}, at::kFloat);
  const auto straight = run(in);
  const auto a = transposed_copy(in.qkv).requires_grad_();
  const auto y = attention(a, in.cos, in.sin);
  y.backward(transposed_copy(in.dy));
  CHECK(same_bits(y, straight.y));
  CHECK(same_bits(a.grad(), straight.dx));
}

TEST_CASE("attention refuses tables that do not fit, and a gradient of its gradient", "[unit]") {
  const auto in = inputs({1, 36, 2, 14}, at::kFloat);
  CHECK_THROWS_AS(attention(in.qkv, in.cos.to(at::kDouble), in.sin), std::logic_error);
  CHECK_THROWS_AS(attention(in.qkv, in.cos.slice(0, 0, 35), in.sin), std::logic_error);
  if (!tile::available(at::kFloat)) return;
  const auto a = leaf(in.qkv);
  const auto y = attention(a, in.cos, in.sin);
  CHECK_THROWS_AS(torch::autograd::grad({y.sum()}, {a}, {}, std::nullopt, /*create_graph=*/true),
                  std::logic_error);
}

TEST_CASE("attention on a GPU is the CPU's", "[gpu]") {
  if (no_gpu()) return;
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    const auto in = inputs({2, 97, 4, 64}, type);
    const auto expected = run_exact(in);
    const auto result = run({on_gpu(in.qkv), on_gpu(in.dy), on_gpu(in.cos), on_gpu(in.sin)});
    CHECK(error(result.y, expected.y) < 2 * tolerance(type));
    CHECK(error(result.dx, expected.dx) < 2 * tolerance(type));
  }
}

}  // namespace
}  // namespace trm::kernels
