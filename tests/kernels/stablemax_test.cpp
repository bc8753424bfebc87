#include "kernels/stablemax.h"

#include <ATen/ops/where.h>

#include "tensor/batch.h"
#include "tests/kernels/compare.h"

namespace trm::kernels {
namespace {

using torch::Tensor;

// The formula of the paper in float64, differentiated by autograd.
Tensor by_formula(const Tensor& x, const Tensor& labels) {
  const auto s = at::where(x.lt(0), 1.0 / (1.0 - x + 1e-30), x + 1.0);
  const auto mask = labels.ne(kIgnoredLabel);
  const auto index = labels.to(at::kLong).masked_fill(mask.logical_not(), 0).unsqueeze(-1);
  const auto loss = -(s / s.sum(-1, true)).log().gather(-1, index).squeeze(-1);
  return at::where(mask, loss, torch::zeros_like(loss));
}

Tensor labels_for(int64_t rows, int64_t cells, int64_t vocabulary) {
  const auto labels = (torch::arange(rows * cells, at::kInt) * 7 % static_cast<int>(vocabulary))
                          .view({rows, cells});
  labels[0][0] = kIgnoredLabel;
  labels[rows - 1][cells - 1] = kIgnoredLabel;
  return labels.to(at::kInt);
}

// Logits on both sides of zero and at the joints of the formula.
Tensor logits_for(int64_t rows, int64_t cells, int64_t vocabulary, at::ScalarType type) {
  const auto logits = normal({rows, cells, vocabulary}, at::kFloat, 1) * 5;
  const auto flat = logits.view({-1});
  const float marks[] = {0, 1, -1, -200, 300};
  for (int64_t i = 0; i < 5 && i * 3 < flat.numel(); ++i) flat[i * 3] = marks[i];
  return logits.to(type);
}

struct Result {
  Tensor loss, dx;
};
Result run(const Tensor& logits, const Tensor& labels, const Tensor& upstream) {
  const auto x = leaf(logits);
  const auto loss = stablemax_cross_entropy(x, labels);
  loss.backward(upstream);
  return {loss, x.grad()};
}

TEST_CASE("stablemax cross-entropy and its gradient are those of its formula", "[unit]") {
  for (const auto type : {at::kDouble, at::kFloat, at::kBFloat16}) {
    for (const int64_t vocabulary : {2, 11, 97}) {
      for (const int64_t cells : {2, 36, 97}) {
        CAPTURE(type, vocabulary, cells);
        const auto logits = logits_for(3, cells, vocabulary, type);
        const auto labels = labels_for(3, cells, vocabulary);
        const auto upstream = normal({3, cells}, at::kDouble, 2);
        const auto result = run(logits, labels, upstream);
        const auto x = exact(logits);
        const auto loss = by_formula(x, labels);
        loss.backward(upstream);
        CHECK(result.loss.scalar_type() == at::kDouble);
        CHECK(result.dx.scalar_type() == type);
        CHECK(distance(result.loss, loss) < 1e-13);
        CHECK(distance(result.dx, x.grad()) < (type == at::kDouble ? 1e-13 : rounding(type)));
      }
    }
  }
}

TEST_CASE("an ignored cell costs nothing and teaches nothing", "[unit]") {
  auto logits = logits_for(2, 4, 11, at::kFloat);
  logits[0][0][3] = std::nan("");  // not even where its logits are not numbers
  const auto result = run(logits, labels_for(2, 4, 11), torch::ones({2, 4}, at::kDouble));
  CHECK(result.loss[0][0].item<double>() == 0);
  CHECK(result.loss[0][1].item<double>() > 0);
  CHECK(result.dx[1][3].abs().max().item<float>() == 0);
  CHECK(result.dx[1][2].abs().max().item<float>() > 0);
}

TEST_CASE("stablemax is finite however far out the logits lie", "[unit]") {
  const auto logits = torch::tensor({-3e38F, 3e38F, 0.0F, -0.0F}).view({1, 1, 4});
  for (int64_t label = 0; label < 4; ++label) {
    const auto result =
        run(logits, torch::full({1, 1}, label, at::kInt), torch::ones({1, 1}, at::kDouble));
    CHECK(result.loss.isfinite().all().item<bool>());
    CHECK(result.dx.isfinite().all().item<bool>());
  }
}

TEST_CASE("stablemax takes logits and gradients of any strides", "[unit]") {
  const auto logits = logits_for(3, 36, 11, at::kFloat);
  const auto labels = labels_for(3, 36, 11);
  const auto upstream = torch::full({1, 1}, 0.5, at::kDouble).expand({3, 36});
  const auto straight = run(logits, labels, upstream.contiguous());
  const auto x = transposed_copy(logits).requires_grad_();
  const auto loss = stablemax_cross_entropy(x, labels);
  loss.backward(upstream);
  CHECK(distance(loss, straight.loss) < 1e-14);
  CHECK(distance(x.grad(), straight.dx) < 1e-6);
}

TEST_CASE("the CUDA stablemax is the CPU's", "[gpu]") {
  if (no_gpu()) return;
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const int64_t vocabulary : {2, 11, 97}) {
      CAPTURE(type, vocabulary);
      const auto logits = logits_for(3, 36, vocabulary, type);
      const auto labels = labels_for(3, 36, vocabulary);
      const auto upstream = normal({3, 36}, at::kDouble, 2);
      const auto result = run(on_gpu(logits), on_gpu(labels), on_gpu(upstream));
      const auto expected = run(logits, labels, upstream);
      CHECK(distance(result.loss, expected.loss) < 1e-13);
      CHECK(distance(result.dx, expected.dx) < 2 * rounding(type));
    }
  }
}

}  // namespace
}  // namespace trm::kernels
