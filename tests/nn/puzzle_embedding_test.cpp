#include "nn/puzzle_embedding.h"

#include "kernels/update.h"
#include "tests/catch.h"

namespace trm::nn {
namespace {

torch::Tensor ids(std::vector<int64_t> values) { return torch::tensor(values).to(at::kInt); }

PuzzleEmbedding numbered() {
  PuzzleEmbedding embedding(4, 2);
  embedding.table().copy_(torch::arange(8).to(at::kFloat).view({4, 2}));
  return embedding;
}

TEST_CASE("a puzzle embedding starts at zero and is no parameter", "[unit]") {
  const PuzzleEmbedding embedding(3, 2);
  CHECK(embedding.table().eq(0).all().item<bool>());
  CHECK(embedding.parameters().empty());
  CHECK(embedding.named_buffers().contains("weights"));
}

TEST_CASE("each row read in training has a gradient of its own, duplicates too", "[unit]") {
  auto embedding = numbered();
  const auto rows = embedding.forward(ids({2, 0, 2}), true, at::kFloat);
  CHECK(at::equal(rows, torch::tensor({{4.0F, 5.0F}, {0.0F, 1.0F}, {4.0F, 5.0F}})));
  const auto upstream = torch::tensor({{1.0F, 2.0F}, {3.0F, 4.0F}, {5.0F, 6.0F}});
  (rows * upstream).sum().backward();
  const auto touched = embedding.take_touched();
  CHECK(at::equal(touched.ids, ids({2, 0, 2})));
  CHECK(at::equal(touched.gradients, upstream));
  CHECK_FALSE(embedding.take_touched().ids.defined());
}

TEST_CASE("the rows of several micro-batches are taken together, in their order", "[unit]") {
  auto embedding = numbered();
  embedding.forward(ids({1}), true, at::kFloat).sum().backward();
  embedding.forward(ids({3, 1}), true, at::kFloat).mul(2).sum().backward();
  const auto touched = embedding.take_touched();
  CHECK(at::equal(touched.ids, ids({1, 3, 1})));
  CHECK(at::equal(touched.gradients.select(1, 0), torch::tensor({1.0F, 2.0F, 2.0F})));
}

TEST_CASE("reading outside training leaves no gradient to take", "[unit]") {
  auto embedding = numbered();
  CHECK_FALSE(embedding.forward(ids({1}), false, at::kFloat).requires_grad());
  {
    torch::NoGradGuard no_grad;
    embedding.forward(ids({1}), true, at::kFloat);
  }
  CHECK_FALSE(embedding.take_touched().ids.defined());
}

TEST_CASE("in bfloat16 rows are rounded and their gradients are float32", "[unit]") {
  auto embedding = numbered();
  const auto rows = embedding.forward(ids({3}), true, at::kBFloat16);
  CHECK(rows.scalar_type() == at::kBFloat16);
  rows.sum().backward();
  CHECK(embedding.take_touched().gradients.scalar_type() == at::kFloat);
}

// Spec 5.2: the rows of one puzzle are summed before the sign is taken.
TEST_CASE("sign-SGD sums the rows of a puzzle, then steps once", "[unit]") {
  const auto table = torch::full({3, 2}, 10.0);
  const auto gradients = torch::tensor({{1.0F, -1.0F}, {-3.0F, 1.0F}, {1.0F, -2.0F}});
  constexpr float kRate = 0.5F, kDecay = 0.9F;
  kernels::sign_update(table, ids({1, 1, 2}), gradients, torch::tensor({kRate, kDecay}),
                       torch::ones({1}));
  // Puzzle 1: sums -2 and 0, so a step up and decay alone; puzzle 2: 1 and -2; puzzle 0: untouched.
  const auto expected = torch::tensor({{10.0F, 10.0F}, {9.5F, 9.0F}, {8.5F, 9.5F}});
  CHECK(at::allclose(table, expected, 0, 1e-6));
  const auto before = table.clone();
  kernels::sign_update(table, ids({0, 2}), torch::ones({2, 2}), torch::tensor({kRate, kDecay}),
                       torch::zeros({1}));
  CHECK(at::equal(table, before));
}

}  // namespace
}  // namespace trm::nn
