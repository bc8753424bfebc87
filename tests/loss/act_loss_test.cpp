#include "loss/act_loss.h"

#include "loss/losses.h"
#include "tensor/values.h"
#include "tests/catch.h"

namespace trm::loss {
namespace {

using torch::Tensor;

// Four rows of three cells and four tokens: all right; one of two right; no labels; all right, not
// halted. Logits 5 at the answer, 0 elsewhere.
struct Rows {
  model::Output output;
  model::Carry carry;
};

Rows four_rows() {
  const auto answers = torch::tensor({{1, 2, 3}, {1, 2, 3}, {1, 1, 1}, {0, 1, 2}});
  const auto labels = torch::tensor({{1, 2, 3}, {1, 0, -100}, {-100, -100, -100}, {0, 1, 2}});
  Rows rows;
  rows.output.logits = torch::zeros({4, 3, 4}).scatter(2, answers.unsqueeze(2), 5.0);
  rows.output.q_halt = torch::tensor({2.0F, 0.0F, -1.0F, 3.0F});
  rows.output.q_continue = torch::zeros({4});
  rows.carry.steps = torch::tensor({3, 2, 5, 1}, at::kInt);
  rows.carry.halted = torch::tensor({true, true, true, false}).to(at::kBool);
  rows.carry.data = {labels.to(at::kInt), labels.to(at::kInt), torch::zeros({4}, at::kInt), 4};
  return rows;
}

double sum_named(const LossTerms& terms, std::string_view name) {
  std::optional<double> found;
  const auto sums = sums_from(values_of<double>(terms.sums));
  Sums::each(sums, [&](std::string_view known, double sum) {
    if (known == name) found = sum;
  });
  REQUIRE(found.has_value());
  return *found;
}

double softplus(double x) { return std::log1p(std::exp(x)); }

TEST_CASE("counts are of halted rows with labels, losses of all rows", "[unit]") {
  const auto rows = four_rows();
  const auto terms = act_loss(rows.output, rows.carry, Softmax({}));
  CHECK(sum_named(terms, "count") == 2);
  CHECK(sum_named(terms, "accuracy") == Approx(1.5));
  CHECK(sum_named(terms, "exact_accuracy") == 1);
  // Row 0 says right and is; row 1 says right (0 counts as yes) and is not.
  CHECK(sum_named(terms, "q_halt_accuracy") == 1);
  CHECK(sum_named(terms, "steps") == 5);
  const double right = std::log(std::exp(5.0) + 3) - 5, wrong = std::log(std::exp(5.0) + 3);
  CHECK(sum_named(terms, "lm_loss") == Approx(right + (right + wrong) / 2 + right));
  // Row 2 has no labels and counts as right.
  const double q = softplus(-2) + softplus(0) + softplus(1) + softplus(-3);
  CHECK(sum_named(terms, "q_halt_loss") == Approx(q));
  CHECK(terms.loss.item<double>() ==
        Approx(sum_named(terms, "lm_loss") + 0.5 * sum_named(terms, "q_halt_loss")));
  CHECK(sum_named(terms, "q_continue_loss") == 0);
  CHECK(terms.loss.scalar_type() == at::kDouble);
}

TEST_CASE("padding rows can be left out of the halting loss", "[unit]") {
  const auto rows = four_rows();
  const auto weights = torch::tensor({1.0F, 1.0F, 0.0F, 1.0F});
  const auto terms = act_loss(rows.output, rows.carry, Softmax({}), {.halting_rows = weights});
  CHECK(sum_named(terms, "q_halt_loss") == Approx(softplus(-2) + softplus(0) + softplus(-3)));
  CHECK(sum_named(terms, "count") == 2);
}

TEST_CASE("no row halted means sums of zero, not of no number", "[unit]") {
  auto rows = four_rows();
  rows.carry.halted.fill_(false);
  const auto terms = act_loss(rows.output, rows.carry, Stablemax({}));
  for (const auto* name : {"count", "accuracy", "exact_accuracy", "q_halt_accuracy", "steps"}) {
    CHECK(sum_named(terms, name) == 0);
  }
  CHECK(terms.sums.isfinite().all().item<bool>());
}

TEST_CASE("the gradient reaches logits and halting values, not the continue values", "[unit]") {
  auto rows = four_rows();
  rows.output.logits.requires_grad_();
  rows.output.q_halt.requires_grad_();
  rows.output.q_continue.requires_grad_();
  act_loss(rows.output, rows.carry, Stablemax({})).loss.backward();
  // d/dq of BCE with logits / 2 is (sigmoid(q) - right) / 2.
  const auto right = torch::tensor({1.0F, 0.0F, 1.0F, 1.0F});
  const auto expected = (rows.output.q_halt.detach().sigmoid() - right) / 2;
  CHECK(at::allclose(rows.output.q_halt.grad(), expected, 1e-5, 1e-7));
  CHECK(rows.output.logits.grad()[2].eq(0).all().item<bool>());
  CHECK(rows.output.logits.grad()[0].ne(0).all().item<bool>());
  CHECK_FALSE(rows.output.q_continue.grad().defined());
}

TEST_CASE("a target for the continue values makes their loss a part of the whole", "[unit]") {
  auto rows = four_rows();
  rows.output.q_continue = torch::tensor({1.0F, -1.0F, 0.0F, 2.0F}).requires_grad_();
  const auto target = torch::tensor({1.0F, 0.0F, 0.5F, 1.0F});
  const auto terms = act_loss(rows.output, rows.carry, Softmax({}), {.continue_target = target});
  const double q = softplus(-1) + softplus(-1) + softplus(0) + softplus(-2);
  CHECK(sum_named(terms, "q_continue_loss") == Approx(q));
  CHECK(terms.loss.item<double>() ==
        Approx(sum_named(terms, "lm_loss") + 0.5 * (sum_named(terms, "q_halt_loss") + q)));
  terms.loss.backward();
  const auto expected = (rows.output.q_continue.detach().sigmoid() - target) / 2;
  CHECK(at::allclose(rows.output.q_continue.grad(), expected, 1e-5, 1e-7));
}

TEST_CASE("a row's cells count by their mean, however many have labels", "[unit]") {
  auto rows = four_rows();
  rows.output.logits.requires_grad_();
  act_loss(rows.output, rows.carry, Softmax({})).loss.backward();
  // The same right cell: a third of row 0's loss and half of row 1's.
  const auto gradient = rows.output.logits.grad();
  CHECK(at::allclose(gradient[0][0] * 3, gradient[1][0] * 2, 1e-5, 1e-8));
}

TEST_CASE("stablemax is linear above zero and reciprocal below", "[unit]") {
  const auto logits = torch::tensor({2.0F, -1.0F, 0.0F}).view({1, 1, 3});
  const auto loss = Stablemax({}).forward(logits, torch::zeros({1, 1}, at::kInt));
  CHECK(loss.scalar_type() == at::kDouble);
  CHECK(loss.item<double>() == Approx(-std::log(3.0 / (3.0 + 0.5 + 1.0))));
}

}  // namespace
}  // namespace trm::loss
