// The update alone, fed the reference's gradients through the trainer: both optimizers, the
// schedule and the averaged weights.

#include "kernels/update.h"

#include <ATen/ops/atan2.h>

#include "tests/golden/golden_case.h"
#include "tests/optim/update_once.h"

namespace trm {
namespace {

constexpr double kTolerance = 1e-6;

std::string step_name(int64_t step) { return "step" + std::to_string(step) + "."; }

// Gives the case's gradients of a step, whatever the model says.
class GoldenGradients : public train::Objective {
 public:
  explicit GoldenGradients(GoldenCase& golden) : golden_(golden) {}

  torch::Tensor accumulate(model::Model& model, const Batch& /*batch*/,
                           const model::StepContext& context,
                           train::StepTimes* /*times*/) override {
    const auto step = context.step.item<int64_t>();
    const auto gradients = golden_.named(step_name(step) + "grad.");
    for (const auto& [name, value] : model.named_weights()) {
      torch::NoGradGuard no_grad;
      if (const auto* golden = gradients.find(name)) value.grad().copy_(*golden);
    }
    const auto& ids = golden_.file.at(step_name(step) + "puzzle_emb.local_ids");
    const auto rows = model.puzzle_embedding()->forward(ids, /*training=*/true, at::kFloat);
    (rows * gradients.at("puzzle_emb.local_weights")).sum().backward();
    return torch::zeros({loss::kSums}, at::kDouble);
  }
  std::shared_ptr<eval::Solver> solver(model::Model& /*model*/, const eval::Search& /*search*/,
                                       bool /*compatible*/) const override {
    return nullptr;
  }
  std::vector<std::string> metrics() const override { return {}; }
  void settle(const torch::Tensor& /*apply*/) override {}
  torch::Tensor restart_rows(const torch::Tensor& /*all*/, int64_t rows) override {
    return torch::tensor({int64_t{0}, rows});
  }
  const model::Carry& carry() const override { return carry_; }
  void save(Archive& /*archive*/) const override {}
  void load(const model::Model& /*model*/, const Archive& /*archive*/) override {}

 private:
  GoldenCase& golden_;
  model::Carry carry_;
};

TEST_CASE("fed the golden gradients, the updates are the reference's", "[golden]") {
  each_golden_case([](GoldenCase& golden) {
    Ledger ledger(golden.name + " fed");
    const auto model = golden.model();
    train::Trainer trainer(golden.optim(), model, {std::make_shared<GoldenGradients>(golden)},
                           {.batch_rows = golden.rows}, golden.total_steps);
    auto before = golden.named("init.");
    for (int64_t step = 1; step <= 3; ++step) {
      auto saved = trainer.save();
      for (auto& [name, value] : saved.weights.tensors) {
        if (const auto* known = before.find(name)) value = *known;
      }
      trainer.load(step - 1, saved);
      trainer.advance(golden.batch(step - 1));
      const auto gradients = golden.named(step_name(step) + "grad.");
      auto after = golden.named(step_name(step) + "param.");
      const auto ours = trainer.save().weights;
      for (const auto& [name, value] : after.tensors) {
        const auto& start = before.at(name);
        const bool puzzles = name == "puzzle_emb.weights";
        if (!puzzles && !gradients.find(name)) continue;
        ledger.close(puzzles ? "sign-SGD" : "Adam", step_name(step) + name, ours.at(name) - start,
                     value - start, kTolerance, {.rounding = last_place(value)});
      }
      for (const auto& [name, value] : before.tensors) {
        if (!after.find(name)) after.add(name, ours.at(name).clone());
      }
      before = std::move(after);
    }
    const auto saved = trainer.save();
    for (const auto& [name, value] : golden.named("adam_m.").tensors) {
      ledger.close("moments", "m." + name, saved.optimizer.at("m." + name), value, kTolerance);
      const auto& v = golden.file.at("adam_v.model.inner." + name);
      ledger.close("moments", "v." + name, saved.optimizer.at("v." + name), v, kTolerance);
    }
    if (!golden.of_trm()) return;
    const auto start = golden.named("init.");
    for (const auto& [name, value] : golden.named("ema.").tensors) {
      ledger.close("averages", name, saved.ema.at(name) - start.at(name), value - start.at(name),
                   kTolerance, {.rounding = last_place(value)});
    }
  });
}

// Of the weights whose gradients a trimmed file keeps at every step. Without the rounding of a
// stored weight, which is some 1e-5 of an update: weights that start at zero move by nothing but
// the update.
TEST_CASE("from zero, Adam-atan2's steps on golden gradients follow the formula", "[golden]") {
  each_golden_case([](GoldenCase& golden) {
    Ledger ledger(golden.name + " from zero");
    const auto config = golden.optim();
    const auto& adam = config.weights.get<optim::AdamAtan2>();
    std::vector<NamedTensor> zeros;
    for (const auto& [name, value] : golden.named("adam_m.").tensors) {
      zeros.push_back({name, torch::zeros_like(value).requires_grad_()});
    }
    optim::FlatStore store(zeros);
    const auto optimizer = config.weights.create<optim::Optimizer>(store);
    auto m = store.like_zeros().to(at::kDouble), v = m.clone(), p = m.clone();
    for (int64_t step = 1; step <= 3; ++step) {
      const auto gradients = golden.named(step_name(step) + "grad.");
      for (const auto& [name, view] : store.views(store.gradients()))
        view.copy_(gradients.at(name));
      const double rate = adam.lr * config.schedule.at(step, golden.total_steps);
      const auto before = store.like_values();
      optim::update_once(*optimizer, store, step, rate, torch::ones({1}));

      const auto t = static_cast<double>(step);
      const auto g = store.gradients().to(at::kDouble);
      m = m + (1 - adam.beta1) * (g - m);
      v = v + (1 - adam.beta2) * (g.square() - v);
      const auto wide = v.sqrt() / std::sqrt(1 - std::pow(adam.beta2, t));
      const auto next = p * (1 - rate * adam.weight_decay) -
                        rate / (1 - std::pow(adam.beta1, t)) * at::atan2(m, wide);
      ledger.close("Adam", "step " + std::to_string(step), store.values() - before, next - p,
                   kTolerance);
      p = next;
    }
  });
}

TEST_CASE("fed the golden weights, the average is the reference's", "[golden]") {
  each_golden_case([](GoldenCase& golden) {
    if (!golden.of_trm()) return;
    Ledger ledger(golden.name + " average");
    for (const auto& [name, value] : golden.named("ema.").tensors) {
      const auto& start = golden.file.at("init.model.inner." + name);
      const auto average = start.clone();
      for (int64_t step = 1; step <= 3; ++step) {
        const auto key = step_name(step) + "param.model.inner." + name;
        kernels::average(average, golden.file.at(key), number_in(golden.hyper, "ema_rate"),
                         torch::ones({1}));
      }
      ledger.close("averages", name, average - start, value - start, kTolerance);
    }
  });
}

}  // namespace
}  // namespace trm
