#include "model/state.h"

#include "tests/catch.h"

namespace trm::model {
namespace {

// Two latents of different shapes: nothing but dimension 0 is alike.
LatentState numbered(int64_t rows) {
  return LatentState({{"a", torch::arange(rows * 2).to(at::kFloat).view({rows, 2})},
                      {"b", torch::arange(rows * 6).to(at::kFloat).view({rows, 3, 2})}});
}

TEST_CASE("a reset changes the named rows of every latent and no other", "[unit]") {
  auto state = numbered(3);
  const LatentState initial(
      {{"a", torch::full({1, 2}, -1.0)}, {"b", torch::full({1, 3, 2}, -2.0)}});
  record::replace_rows(state, torch::tensor({false, true, false}).to(at::kBool), initial);
  const auto before = numbered(3);
  for (size_t i = 0; i < 2; ++i) {
    CHECK(at::equal(state[i][0], before[i][0]));
    CHECK(at::equal(state[i][1], initial[i][0]));
    CHECK(at::equal(state[i][2], before[i][2]));
  }
}

TEST_CASE("a state repeats each row in place and selects rows by index", "[unit]") {
  const auto state = numbered(2);
  const auto twice = state.repeat(2);
  CHECK(twice.tensors()[1].name == "b");
  CHECK(twice[1].size(0) == 4);
  CHECK(at::equal(twice[1][1], state[1][0]));
  CHECK(at::equal(twice[1][2], state[1][1]));
  const auto chosen = record::select(twice, torch::tensor({3, 0, 3}));
  CHECK(at::equal(chosen[0][0], state[0][1]));
  CHECK(at::equal(chosen[0][1], state[0][0]));
}

TEST_CASE("a slice is a view, and copying writes in place", "[unit]") {
  auto state = numbered(3);
  auto part = record::slice(state, 1, 3);
  CHECK(part[1].sizes() == at::IntArrayRef({2, 3, 2}));
  record::copy_where(part, torch::ones({1}), numbered(2));
  CHECK(at::equal(state[0][1], numbered(2)[0][0]));
  CHECK(at::equal(state[0][0], numbered(3)[0][0]));
}

TEST_CASE("a detached state has no graph", "[unit]") {
  const auto x = torch::ones({1, 2}).requires_grad_();
  LatentState state({{"a", x * 2}});
  CHECK(state[0].requires_grad());
  state.detach();
  CHECK_FALSE(state[0].requires_grad());
}

}  // namespace
}  // namespace trm::model
