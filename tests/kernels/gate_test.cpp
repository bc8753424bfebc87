#include "kernels/gate.h"

#include "tests/kernels/compare.h"

namespace trm::kernels {
namespace {

using torch::Tensor;

struct Result {
  Tensor y, dx;
};

Result run(const Tensor& x, const Tensor& dy, int64_t axis) {
  const auto a = leaf(x);
  const auto y = gate(a, axis);
  y.backward(dy);
  return {y, a.grad()};
}

Result run_exact(const Tensor& x, const Tensor& dy, int64_t axis) {
  const auto a = exact(x);
  const auto y = gate_reference(a, axis);
  y.backward(dy.to(at::kDouble));
  return {y, a.grad()};
}

// Inputs and an output gradient with halves of `half` numbers along the axis.
struct Inputs {
  Tensor x, dy;
};
Inputs inputs(int64_t axis, int64_t half, int64_t other, at::ScalarType type) {
  const auto shape = [&](int64_t n) {
    return axis == 1 ? std::vector<int64_t>{3, n, other} : std::vector<int64_t>{3, other, n};
  };
  return {normal(shape(2 * half), type, 1) * 3, normal(shape(half), type, 2)};
}

TEST_CASE("the fused gate and its gradient are those of ATen in float64", "[unit]") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const int64_t axis : {1, 2}) {
      for (const int64_t half : {1, 7, 97, 512}) {
        for (const int64_t other : {1, 36, 97}) {  // 512 * 97: pieces shared out over threads
          CAPTURE(type, axis, half, other);
          const auto [x, dy] = inputs(axis, half, other, type);
          const auto result = run(x, dy, axis);
          const auto expected = run_exact(x, dy, axis);
          CHECK(result.y.scalar_type() == type);
          CHECK(distance(result.y, expected.y) < rounding(type));
          // 1 - sigmoid has the sigmoid's error in absolute terms.
          CHECK(distance(result.dx, expected.dx) < 2 * rounding(type));
        }
      }
    }
  }
}

TEST_CASE("the gate of an input that lies transposed is the same", "[unit]") {
  for (const int64_t axis : {1, 2}) {
    const auto [x, dy] = inputs(axis, 14, 36, at::kFloat);
    const auto straight = run(x, dy, axis);
    const auto a = transposed_copy(x).requires_grad_();
    const auto y = gate(a, axis);
    y.backward(transposed_copy(dy));
    CHECK(same_bits(y, straight.y));
    CHECK(same_bits(a.grad(), straight.dx));
  }
}

TEST_CASE("the gate is exact far out, and hides no NaN", "[unit]") {
  const float nan = std::nanf("");
  const auto x =
      torch::tensor({-200.0F, -90.0F, 90.0F, 200.0F, nan, 1.0F, 2.0F, 2.0F, 2.0F, 2.0F, 2.0F, nan});
  const auto result = run(x.view({1, 1, 12}), torch::ones({1, 1, 6}), 2);
  const auto y = result.y.view({6});
  CHECK(std::abs(y[0].item<float>()) < 1e-30F);
  CHECK(std::abs(y[1].item<float>()) < 1e-30F);
  CHECK(y[2].item<float>() == 180);
  CHECK(y[3].item<float>() == 400);
  CHECK(std::isnan(y[4].item<float>()));
  CHECK(std::isnan(y[5].item<float>()));
  CHECK(result.dx.view({12}).slice(0, 0, 4).isfinite().all().item<bool>());
  CHECK(std::isnan(result.dx.view({12})[4].item<float>()));
  CHECK(std::isnan(result.dx.view({12})[5].item<float>()));
}

TEST_CASE("the gate has the same bits on any number of threads", "[unit]") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const int64_t axis : {1, 2}) {
      const auto [x, dy] = inputs(axis, 301, 97, type);
      const auto first = run(x, dy, axis);
      for_thread_counts([&, &x = x, &dy = dy] {
        const auto again = run(x, dy, axis);
        CHECK(same_bits(again.y, first.y));
        CHECK(same_bits(again.dx, first.dx));
      });
    }
  }
}

TEST_CASE("the CUDA gate is the CPU's", "[gpu]") {
  if (no_gpu()) return;
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const int64_t axis : {1, 2}) {
      for (const int64_t half : {1, 7, 97, 512}) {
        CAPTURE(type, axis, half);
        const auto [x, dy] = inputs(axis, half, 36, type);
        const auto result = run(on_gpu(x), on_gpu(dy), axis);
        const auto expected = run(x, dy, axis);
        CHECK(distance(result.y, expected.y) < 2 * rounding(type));
        CHECK(distance(result.dx, expected.dx) < 2 * rounding(type));
      }
    }
  }
}

}  // namespace
}  // namespace trm::kernels
