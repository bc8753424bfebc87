#include "kernels/rotary.h"

#include "tests/kernels/compare.h"

namespace trm::kernels {
namespace {

using torch::Tensor;

// Angles of any kind: tables whose halves repeat, as those of the model do.
struct Inputs {
  Tensor qkv, dy, cos, sin;
};
Inputs inputs(int64_t tokens, int64_t heads, int64_t size, at::ScalarType type) {
  const auto half = normal({tokens, size / 2}, at::kFloat, 3) * 4;
  const auto angles = torch::cat({half, half}, 1);
  return {normal({2, tokens, 3 * heads, size}, type, 1),
          normal({2, tokens, 3 * heads, size}, type, 2), angles.cos(), angles.sin()};
}

struct Result {
  Tensor y, dx;
};
Result run(const Tensor& qkv, const Tensor& dy, const Tensor& cos, const Tensor& sin) {
  const auto a = leaf(qkv);
  const auto y = rotate_queries_and_keys(a, cos, sin);
  y.backward(dy);
  return {y, a.grad()};
}

TEST_CASE("the fused rotation and its gradient are those of ATen in float64", "[unit]") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const int64_t tokens : {1, 36, 97}) {
      for (const int64_t heads : {1, 3}) {
        for (const int64_t size : {2, 14, 64}) {
          CAPTURE(type, tokens, heads, size);
          const auto in = inputs(tokens, heads, size, type);
          const auto result = run(in.qkv, in.dy, in.cos, in.sin);
          const auto a = exact(in.qkv);
          const auto y = rotate_reference(a, in.cos.to(at::kDouble), in.sin.to(at::kDouble));
          y.backward(in.dy.to(at::kDouble));
          CHECK(result.y.scalar_type() == type);
          CHECK(distance(result.y, y) < rounding(type));
          CHECK(distance(result.dx, a.grad()) < rounding(type));
        }
      }
    }
  }
}

TEST_CASE("values pass the rotation untouched", "[unit]") {
  const auto in = inputs(36, 4, 14, at::kBFloat16);
  const auto result = run(in.qkv, in.dy, in.cos, in.sin);
  CHECK(same_bits(result.y.slice(2, 8), in.qkv.slice(2, 8)));
  CHECK(same_bits(result.dx.slice(2, 8), in.dy.slice(2, 8)));
  CHECK_FALSE(same_bits(result.y.slice(2, 7, 8), in.qkv.slice(2, 7, 8)));
}

TEST_CASE("the rotation of an input that lies transposed is the same", "[unit]") {
  const auto in = inputs(36, 2, 14, at::kFloat);
  const auto straight = run(in.qkv, in.dy, in.cos, in.sin);
  const auto a = transposed_copy(in.qkv).requires_grad_();
  const auto y = rotate_queries_and_keys(a, in.cos, in.sin);
  y.backward(transposed_copy(in.dy));
  CHECK(same_bits(y, straight.y));
  CHECK(same_bits(a.grad(), straight.dx));
}

TEST_CASE("the rotation has the same bits on any number of threads", "[unit]") {
  const auto in = inputs(97, 8, 64, at::kBFloat16);
  const auto first = run(in.qkv, in.dy, in.cos, in.sin);
  for_thread_counts([&] {
    const auto again = run(in.qkv, in.dy, in.cos, in.sin);
    CHECK(same_bits(again.y, first.y));
    CHECK(same_bits(again.dx, first.dx));
  });
}

TEST_CASE("tables of another length or type are refused", "[unit]") {
  const auto in = inputs(36, 2, 14, at::kFloat);
  CHECK_THROWS_AS(rotate_queries_and_keys(in.qkv, in.cos.to(at::kDouble), in.sin),
                  std::logic_error);
  CHECK_THROWS_AS(rotate_queries_and_keys(in.qkv, in.cos.slice(0, 0, 35), in.sin),
                  std::logic_error);
}

TEST_CASE("the CUDA rotation is the CPU's", "[gpu]") {
  if (no_gpu()) return;
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const int64_t size : {2, 14, 64}) {
      const auto in = inputs(36, 3, size, type);
      const auto result = run(on_gpu(in.qkv), on_gpu(in.dy), on_gpu(in.cos), on_gpu(in.sin));
      const auto expected = run(in.qkv, in.dy, in.cos, in.sin);
      CHECK(distance(result.y, expected.y) < 2 * rounding(type));
      CHECK(distance(result.dx, expected.dx) < 2 * rounding(type));
    }
  }
}

}  // namespace
}  // namespace trm::kernels
