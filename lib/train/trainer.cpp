#include "train/trainer.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/linalg_vector_norm.h>

#include <chrono>
#include <cmath>

#include "core/error.h"
#include "kernels/update.h"

namespace trm::train {
namespace {

std::vector<NamedTensor> parameters_of(const model::Model& model) {
  std::vector<NamedTensor> parameters;
  for (const auto& weight : model.named_weights()) {
    if (weight.value.requires_grad()) parameters.push_back(weight);
  }
  return parameters;
}

torch::Tensor length_of(const torch::Tensor& x) { return at::linalg_vector_norm(x.to(at::kFloat)); }

}  // namespace

Trainer::Trainer(const OptimConfig& config, std::shared_ptr<model::Model> model,
                 std::shared_ptr<Objective> objective, int64_t total_steps)
    : config_(config),
      model_(std::move(model)),
      objective_(std::move(objective)),
      total_steps_(total_steps),
      store_(parameters_of(*model_)),
      optimizer_(config.weights.create<optim::Optimizer>(store_)),
      sums_(torch::zeros({loss::kSums + 2},
                         torch::dtype(at::kDouble).device(model_->compute().device))) {
  if (config.ema) ema_ = store_.like_values();
}

double Trainer::learning_rate() const {
  return optimizer_->base_rate() * config_.schedule.at(step_, total_steps_);
}

void Trainer::advance(const Batch& batch, StepStats* stats, StepTimes* times) {
  ++step_;
  store_.gradients().zero_();
  model_->refresh_weights();
  const auto sums = objective_->accumulate(*model_, batch, step_, times);

  const auto start = std::chrono::steady_clock::now();
  torch::NoGradGuard no_grad;
  const auto gradient_norm = length_of(store_.gradients());
  if (config_.clip) {
    store_.gradients().mul_((*config_.clip / (gradient_norm + 1e-6)).clamp_max(1.0));
  }
  const auto apply = gradient_norm.isfinite().to(at::kFloat).view({1});
  const auto before = stats ? store_.values().clone() : torch::Tensor();
  update(apply);
  const auto finite = apply.to(at::kDouble);
  sums_ += at::cat(std::vector<torch::Tensor>{sums, torch::ones_like(finite), 1 - finite});
  if (times) {
    synchronize(model_->compute().device);
    times->optimizer +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  if (stats) {
    stats->gradient_norm = gradient_norm.item<double>();
    stats->update_norm = length_of(before.sub_(store_.values())).item<double>();
    const auto& latent = objective_->carry().state[0];
    stats->latent_norm =
        length_of(latent).item<double>() / std::sqrt(static_cast<double>(batch.rows()));
  }
}

void Trainer::update(const torch::Tensor& apply) {
  update_puzzle_embedding(apply);
  if (config_.freeze_weights) return;
  optimizer_->update(store_, step_, learning_rate(), apply);
  if (ema_.defined()) kernels::average(ema_, store_.values(), *config_.ema, apply);
}

void Trainer::update_puzzle_embedding(const torch::Tensor& apply) {
  auto* puzzles = model_->puzzle_embedding();
  if (!puzzles) return;
  const auto touched = puzzles->take_touched();
  if (!touched.ids.defined()) return;
  const double rate = config_.puzzle_lr * config_.schedule.at(step_, total_steps_);
  const auto host = torch::empty({2}, at::kFloat);
  host.mutable_data_ptr<float>()[0] = static_cast<float>(rate);
  host.mutable_data_ptr<float>()[1] = static_cast<float>(1 - rate * config_.puzzle_weight_decay);
  kernels::sign_update(puzzles->table(), touched.ids, touched.gradients,
                       queue_to(host, apply.device()), apply);
}

TrainSums Trainer::take_sums() {
  const auto host = sums_.to(at::kCPU, sums_.scalar_type(), /*non_blocking=*/false, /*copy=*/true);
  const auto* values = host.const_data_ptr<double>();
  sums_.zero_();
  return {{values, values + loss::kSums},
          static_cast<int64_t>(values[loss::kSums]),
          static_cast<int64_t>(values[loss::kSums + 1])};
}

Trainer::Averaged::Averaged(Trainer& trainer) : trainer_(trainer) {
  if (!trainer.ema_.defined()) return;
  torch::NoGradGuard no_grad;
  raw_ = trainer.store_.values().clone();
  trainer.store_.values().copy_(trainer.ema_);
  trainer.model_->refresh_weights();
}

Trainer::Averaged::~Averaged() {
  if (!raw_.defined()) return;
  torch::NoGradGuard no_grad;
  trainer_.store_.values().copy_(raw_);
  trainer_.model_->refresh_weights();
}

Trainer::Saved Trainer::save() const {
  Saved saved;
  for (const auto& [name, value] : model_->named_weights()) saved.weights.add(name, value);
  if (ema_.defined()) {
    for (const auto& [name, value] : store_.views(ema_)) saved.ema.add(name, value);
  }
  optimizer_->save(store_, saved.optimizer);
  objective_->save(saved.carry);
  saved.sums.add("sums", sums_);
  return saved;
}

void Trainer::load(int64_t step, const Saved& saved) {
  step_ = step;
  model::load_weights(*model_, saved.weights);
  if (ema_.defined()) {
    for (const auto& [name, value] : store_.views(ema_)) {
      copy_checked(saved.ema.at(name), value, saved.ema.where, name);
    }
  }
  optimizer_->load(store_, saved.optimizer);
  objective_->load(*model_, saved.carry);
  copy_checked(saved.sums.at("sums"), sums_, saved.sums.where, "sums");
}

}  // namespace trm::train
