// One step in bfloat16 against the reference's float32 numbers.

#include "tests/golden/golden_case.h"

namespace trm {
namespace {

constexpr double kLossTolerance = 0.01;
constexpr double kLeastCosine = 0.999;

double cosine(const torch::Tensor& a, const torch::Tensor& b) {
  const auto x = a.to(at::kDouble).flatten(), y = b.to(at::kDouble).flatten();
  return (x.dot(y) / (x.norm() * y.norm())).item<double>();
}

TEST_CASE("a step in bfloat16 is near the reference's", "[golden]") {
  each_golden_case([](GoldenCase& golden) {
    const auto model = golden.model(at::kBFloat16);
    const auto objective = golden.objective(golden.rows);
    for (const auto& weight : model->named_weights()) {
      if (weight.value.requires_grad()) {
        auto value = weight.value;
        value.mutable_grad() = torch::zeros_like(value);
      }
    }
    const auto sums = objective->accumulate(*model, golden.batch(0), 1, nullptr);
    for (const auto& name : golden.file.group("step1.metrics.")) {
      if (!name.ends_with("_loss")) continue;
      const auto at = std::find(std::begin(loss::kSumNames), std::end(loss::kSumNames), name);
      if (at == std::end(loss::kSumNames)) FAIL(name << " is no metric of ours");
      const double ours = sums[at - std::begin(loss::kSumNames)].item<double>();
      const double theirs = golden.file.at("step1.metrics." + name).item<double>();
      fmt::print("{:<28} {:<22} {:.3e} off\n", golden.name + " bfloat16", name,
                 std::abs(ours / theirs - 1));
      INFO(golden.name << ": " << name);
      CHECK(std::abs(ours - theirs) <= kLossTolerance * std::abs(theirs));
    }
    auto gradients = golden.named("step1.grad.");
    double least = 1;
    std::vector<torch::Tensor> all_ours, all_theirs;
    const auto compare = [&](const std::string& name, const torch::Tensor& ours) {
      const auto* theirs = gradients.find(name);
      if (!theirs) return;
      least = std::min(least, cosine(ours, *theirs));
      all_ours.push_back(ours.flatten().to(at::kFloat));
      all_theirs.push_back(theirs->flatten());
      fmt::print("{:<28} {:<48} {:.6f}\n", golden.name + " bfloat16", name, cosine(ours, *theirs));
      INFO(golden.name << ": " << name);
    };
    compare("puzzle_emb.local_weights", model->puzzle_embedding()->take_touched().gradients);
    for (const auto& [name, value] : model->named_weights()) compare(name, value.grad());
    CHECK(all_ours.size() == gradients.tensors.size());
    fmt::print("all {}\n", cosine(at::cat(all_ours), at::cat(all_theirs)));
  });
}

}  // namespace
}  // namespace trm
