// One step in bfloat16 against the reference's float32 numbers.

#include <ATen/ops/cat.h>

#include "loss/correctness.h"
#include "tensor/values.h"
#include "tests/at_step.h"
#include "tests/golden/golden_case.h"

namespace trm {
namespace {

constexpr double kLossTolerance = 0.01;
constexpr double kLeastCosine = 0.999;
// Some cases are so ill-conditioned that float32 on weights rounded to bfloat16 is further away
// than that (trm_hier6: cosine 0.994; trm_mlp: halting loss 1.8 % off). Rounding activations as
// well may take it this many times as far.
constexpr double kTimesRoundedWeights = 4;

struct Step {
  std::map<std::string, double> losses;
  Archive gradients;
  torch::Tensor exact;  // [B]
};

void round_weights(model::Model& model) {
  torch::NoGradGuard no_grad;
  for (auto& [name, value] : model.named_weights()) value.copy_(value.to(at::kBFloat16));
  model.refresh_weights();
}

enum class Arithmetic { kFloat32, kBFloat16, kRoundedWeights };

Step make_step(GoldenCase& golden, const Batch& batch, Arithmetic arithmetic) {
  const auto model = golden.model(arithmetic == Arithmetic::kBFloat16 ? at::kBFloat16 : at::kFloat);
  if (arithmetic == Arithmetic::kRoundedWeights) round_weights(*model);
  auto carry = model::Halting::fresh(model->initial(), batch);
  {
    torch::NoGradGuard no_grad;
    model::Halting::begin(carry, batch, model->initial());
    const auto output = model->forward(carry.state, carry.data, {model::Phase::kTraining});
    carry.state = {};
    carry.halted = loss::correctness(output.logits.argmax(-1), batch.labels).exact;
  }
  for (auto& [name, value] : model->named_weights()) {
    if (value.requires_grad()) value.mutable_grad() = torch::zeros_like(value);
  }
  const auto values = golden.objectives(1)[0]->accumulate(
      *model, batch, {model::Phase::kTraining, at_step(1), torch::arange(batch.rows())}, nullptr);
  const auto sums = loss::sums_from(values_of<double>(values));
  Step step;
  step.exact = carry.halted;
  loss::Sums::each(sums, [&](const std::string& name, double sum) {
    if (loss::is_loss(name)) step.losses[name] = sum;
  });
  const auto touched = model->puzzle_embedding()->take_touched();
  step.gradients.add("puzzle_emb.local_weights", touched.gradients);
  for (const auto& [name, value] : model->named_weights()) {
    if (value.grad().defined()) step.gradients.add(name, value.grad());
  }
  return step;
}

double cosine(const torch::Tensor& a, const torch::Tensor& b) {
  const auto x = a.to(at::kDouble).flatten(), y = b.to(at::kDouble).flatten();
  return (x.dot(y) / (x.norm() * y.norm())).item<double>();
}

void compare(const std::string& title, const Step& ours, const Step& theirs, const Step& rounded) {
  for (const auto& [name, value] : theirs.losses) {
    REQUIRE(ours.losses.contains(name));
    const double off = std::abs(ours.losses.at(name) - value);
    if (value == 0 && off == 0) continue;  // q_continue_loss where it is not trained
    fmt::print("{:<28} {:<22} {:.1e} off\n", title, name, off / std::abs(value));
    const double of_weights = std::abs(rounded.losses.at(name) - value) / std::abs(value);
    const bool well_conditioned = of_weights <= kLossTolerance;
    INFO(title << ": " << name << ", " << of_weights << " off for its weights alone");
    CHECK(off / std::abs(value) <=
          (well_conditioned ? kLossTolerance : kTimesRoundedWeights * of_weights));
  }
  double worst = 1;
  std::string where;
  REQUIRE_FALSE(theirs.gradients.tensors.empty());
  for (const auto& [name, value] : theirs.gradients.tensors) {
    const double found = cosine(ours.gradients.at(name), value);
    const double of_weights = 1 - cosine(rounded.gradients.at(name), value);
    INFO(title << ": gradient of " << name << ", " << of_weights << " off for its weights alone");
    CHECK(found >= std::min(kLeastCosine, 1 - kTimesRoundedWeights * of_weights));
    if (!(found >= worst)) {
      worst = found;
      where = name;
    }
  }
  fmt::print("{:<28} {:<22} {:>4} tensors, least cosine {:.5f} at {}\n", title, "gradients",
             theirs.gradients.tensors.size(), worst, where);
}

// trm_mlp has a row whose labels are the reference's own answer. One of its cells is so near a tie
// that bfloat16 turns it, in plain ATen operators as in ours, and with the row's halting target the
// sign of its gradient: nothing is left to compare (plain ATen: cosines 0.02 to 0.3). A case is
// compared without such rows, with our own float32 step, which the training test ties to the
// reference.
Batch without_rows(Batch batch, const torch::Tensor& rows) {
  batch.labels.masked_fill_(rows.unsqueeze(1), 1);
  return batch;
}

TEST_CASE("a step in bfloat16 is near the reference's", "[golden]") {
  int compared = 0;
  each_golden_case([&](GoldenCase& golden) {
    const auto title = golden.name + " bfloat16";
    const auto whole = golden.batch(0);
    const auto ours = make_step(golden, whole, Arithmetic::kBFloat16);
    const auto rounded = make_step(golden, whole, Arithmetic::kRoundedWeights);
    Step theirs;
    theirs.exact = make_step(golden, whole, Arithmetic::kFloat32).exact;
    const auto turned = ours.exact.ne(theirs.exact).logical_or(rounded.exact.ne(theirs.exact));
    if (turned.any().item<bool>()) {
      fmt::print("{:<28} {} row turned: against float32 without it\n", title,
                 turned.sum().item<int64_t>());
      const auto batch = without_rows(golden.batch(0), turned);
      compare(title, make_step(golden, batch, Arithmetic::kBFloat16),
              make_step(golden, batch, Arithmetic::kFloat32),
              make_step(golden, batch, Arithmetic::kRoundedWeights));
      return;
    }
    for (const auto& name : golden.file.group("step1.metrics.")) {
      if (name.ends_with("_loss")) {
        theirs.losses[name] = golden.file.at("step1.metrics." + name).item<double>();
      }
    }
    theirs.gradients = golden.named("step1.grad.");
    compare(title, ours, theirs, rounded);
    ++compared;
  });
  CHECK(compared > 0);
}

}  // namespace
}  // namespace trm
