#include "kernels/rms_norm.h"

#include "tests/kernels/compare.h"

namespace trm::kernels {
namespace {

using torch::Tensor;
constexpr double kEps = 1e-5;

// The norm and its gradient; of both summands it is the same.
struct Result {
  Tensor y, dh, dr;
};

Result run(const Tensor& h, const Tensor& r, const Tensor& dy, Axis axis) {
  const auto a = leaf(h), b = leaf(r);
  const auto y = add_rms_norm(a, b, axis, kEps);
  y.backward(dy);
  return {y, a.grad(), b.grad()};
}

Result run_exact(const Tensor& h, const Tensor& r, const Tensor& dy, Axis axis) {
  const auto a = exact(h), b = exact(r);
  const auto y = add_rms_norm_reference(a, b, axis, kEps);
  y.backward(dy.to(at::kDouble));
  return {y, a.grad(), b.grad()};
}

TEST_CASE("the fused norm and its gradient are those of ATen in float64", "[unit]") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const auto axis : {Axis::kChannels, Axis::kPositions}) {
      for (const int64_t tokens : {1, 36, 97}) {
        for (const int64_t width : {1, 7, 97, 512}) {
          CAPTURE(type, static_cast<int>(axis), tokens, width);
          const auto h = normal({3, tokens, width}, type, 1),
                     r = normal({3, tokens, width}, type, 2);
          const auto dy = normal({3, tokens, width}, type, 3);
          const auto result = run(h, r, dy, axis);
          const auto expected = run_exact(h, r, dy, axis);
          CHECK(result.y.scalar_type() == type);
          CHECK(distance(result.y, expected.y) < rounding(type));
          // Along a single number the gradient all but vanishes (it is eps's): what is left of dy
          // and y * mean after their difference has their rounding.
          const bool single = (axis == Axis::kChannels ? width : tokens) == 1;
          if (single) {
            const auto rest =
                (result.dh.to(at::kDouble) - expected.dh) * (h + r).to(at::kDouble).abs();
            CHECK(rest.abs().max().item<double>() < 8 * rounding(type));
          } else {
            CHECK(distance(result.dh, expected.dh) < 3 * rounding(type));
          }
          CHECK(same_bits(result.dh, result.dr));
        }
      }
    }
  }
}

TEST_CASE("the norm of inputs that lie transposed is the same", "[unit]") {
  for (const auto axis : {Axis::kChannels, Axis::kPositions}) {
    const auto h = normal({2, 36, 97}, at::kFloat, 1), r = normal({2, 36, 97}, at::kFloat, 2);
    const auto dy = normal({2, 36, 97}, at::kFloat, 3);
    const auto straight = run(h, r, dy, axis);
    const auto a = transposed_copy(h).requires_grad_(), b = transposed_copy(r).requires_grad_();
    REQUIRE_FALSE(a.is_contiguous());
    const auto y = add_rms_norm(a, b, axis, kEps);
    y.backward(transposed_copy(dy));
    CHECK(same_bits(y, straight.y));
    CHECK(same_bits(a.grad(), straight.dh));
  }
}

TEST_CASE("the norm of zeros is zero, with a finite gradient", "[unit]") {
  for (const auto axis : {Axis::kChannels, Axis::kPositions}) {
    const auto zeros = torch::zeros({2, 5, 7});
    const auto dy = torch::ones({2, 5, 7});
    const auto result = run(zeros, zeros, dy, axis);
    CHECK(result.y.abs().max().item<float>() == 0);
    CHECK(distance(result.dh, dy / std::sqrt(kEps)) < 1e-6);
  }
}

TEST_CASE("a NaN spreads over its row alone, and shows in the gradient", "[unit]") {
  auto h = normal({2, 5, 33});
  h[1][2][30] = std::nan("");
  const auto result = run(h, torch::zeros_like(h), torch::ones_like(h), Axis::kChannels);
  CHECK(result.y[1][2].isnan().all().item<bool>());
  CHECK(result.y.isnan().sum().item<int64_t>() == 33);
  CHECK(result.dh[1][2].isnan().all().item<bool>());
}

TEST_CASE("summands of two shapes or types are refused before they are read", "[unit]") {
  const auto h = normal({2, 5, 7});
  CHECK_THROWS_AS(add_rms_norm(h, normal({2, 5, 6}), Axis::kChannels, kEps), std::logic_error);
  CHECK_THROWS_AS(add_rms_norm(h, normal({2, 5, 7}, at::kBFloat16), Axis::kChannels, kEps),
                  std::logic_error);
}

TEST_CASE("the norm has the same bits on any number of threads", "[unit]") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const auto axis : {Axis::kChannels, Axis::kPositions}) {
      const auto h = normal({9, 97, 200}, type, 1), r = normal({9, 97, 200}, type, 2);
      const auto dy = normal({9, 97, 200}, type, 3);
      const auto first = run(h, r, dy, axis);
      for_thread_counts([&] {
        const auto again = run(h, r, dy, axis);
        CHECK(same_bits(again.y, first.y));
        CHECK(same_bits(again.dh, first.dh));
      });
    }
  }
}

TEST_CASE("the CUDA norm is the CPU's", "[gpu]") {
  if (no_gpu()) return;
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const auto axis : {Axis::kChannels, Axis::kPositions}) {
      for (const int64_t tokens : {1, 36, 97}) {
        for (const int64_t width : {1, 7, 97, 512, 2056}) {
          CAPTURE(type, static_cast<int>(axis), tokens, width);
          const auto h = normal({3, tokens, width}, type, 1),
                     r = normal({3, tokens, width}, type, 2);
          const auto dy = normal({3, tokens, width}, type, 3);
          const auto result = run(on_gpu(h), on_gpu(r), on_gpu(dy), axis);
          const auto expected = run(h, r, dy, axis);
          CHECK(distance(result.y, expected.y) < 2 * rounding(type));
          const auto size = (h + r).to(at::kDouble).abs();  // the gradient's scale is its inverse
          CHECK(((result.dh.to(at::kCPU).to(at::kDouble) - expected.dh) * size)
                    .abs()
                    .max()
                    .item<double>() < 16 * rounding(type));
        }
      }
    }
  }
}

}  // namespace
}  // namespace trm::kernels
