#include "train/trainer.h"

#include <ATen/ops/cat.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/error.h"
#include "kernels/length.h"
#include "kernels/update.h"
#include "tensor/values.h"
#include "train/finite.h"

namespace trm::train {
namespace {

// Of examples: below 0, whatever is added to it.
constexpr int64_t kNotCounted = std::numeric_limits<int64_t>::min() / 2;

}  // namespace

Trainer::Trainer(const OptimConfig& config, std::shared_ptr<model::Model> model,
                 std::vector<std::shared_ptr<Objective>> objectives, const Division& division,
                 int64_t total_steps, std::shared_ptr<dist::World> world, bool replays)
    : config_(config),
      model_(std::move(model)),
      total_steps_(total_steps),
      batch_rows_(division.batch_rows),
      store_(trained_weights(*model_)),
      shards_(std::make_unique<Shards>(model_, store_, std::move(objectives), division,
                                       std::move(world))),
      optimizer_(config.weights.create<optim::Optimizer>(store_)),
      sums_(torch::zeros({loss::kSums + 2},
                         torch::dtype(at::kDouble).device(model_->compute().device))),
      bad_(torch::zeros({2}, torch::dtype(at::kLong).device(model_->compute().device))),
      examples_(torch::zeros({1}, bad_.options())),
      step_number_(torch::zeros({1}, bad_.options())) {
  if (replays) graph_.emplace(model_->compute().device);
  if (config.ema) ema_ = store_.like_values();
  if (!config.freeze_weights) return;
  if (!model_->puzzle_embedding()) {
    throw Error(
        "optim.freeze_weights: nothing is left to train, for the model has no puzzle embedding "
        "(model.input.prefix is 0); set it to false");
  }
  shards_->freeze();
}

double Trainer::learning_rate() const {
  return optimizer_->base_rate() * config_.schedule.at(step_, total_steps_);
}

void Trainer::advance(const Batch& batch, StepStats* stats, StepTimes* times) {
  // A step done both ways would have its memory twice.
  if (times && replays()) throw std::logic_error("times of a step that is replayed");
  ++step_;
  set_inputs(batch);
  const auto before = stats ? store_.values().clone() : torch::Tensor();
  if (graph_) {
    graph_->run([this] { compute_step(nullptr); });
  } else {
    compute_step(times);
  }
  if (!stats) return;
  stats->gradient_norm = gradient_norm_.item<double>();
  measure(before, *stats);
}

void Trainer::set_inputs(const Batch& batch) {
  auto numbers = optimizer_->numbers(step_, learning_rate());
  const double rate = config_.puzzle_lr * config_.schedule.at(step_, total_steps_);
  numbers.push_back(static_cast<float>(rate));
  numbers.push_back(static_cast<float>(1 - rate * config_.puzzle_weight_decay));
  const auto& device = model_->compute().device;
  const auto on_device = queue_to(torch::tensor(numbers), device);
  if (!numbers_.defined()) numbers_ = torch::zeros_like(on_device);
  numbers_.copy_(on_device);
  step_number_.copy_(queue_to(torch::full({1}, step_, at::kLong), device));
  if (!graph_) {
    batch_ = batch;
  } else if (!batch_.inputs.defined()) {
    batch_ = record::map(batch, [](const torch::Tensor& x) { return x.clone(); });
  } else {
    record::zip(batch_, batch, [](torch::Tensor& x, const torch::Tensor& from) { x.copy_(from); });
  }
}

// Nothing in it waits for the device or takes a number from the host: it may be recorded.
void Trainer::compute_step(StepTimes* times) {
  const auto rows = shards_->restart_rows(bad_.slice(0, 0, 1).ge(2));
  const auto [gradients, sums, touched] = shards_->compute(batch_, context(), times);

  const auto start = std::chrono::steady_clock::now();
  torch::NoGradGuard no_grad;
  store_.set_gradients(gradients);
  gradient_norm_ = kernels::length(gradients);
  auto finite = gradient_norm_.isfinite();
  if (touched.ids.defined())
    finite = finite.logical_and(kernels::length(touched.gradients).isfinite());
  if (config_.clip) gradients.mul_((*config_.clip / (gradient_norm_ + 1e-6)).clamp_max(1.0));
  const auto apply = finite.to(at::kFloat).view({1});
  update(touched, apply);
  shards_->settle(apply);
  count(sums, rows, apply);
  if (times) {
    synchronize(model_->compute().device);
    times->optimizer +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
}

model::StepContext Trainer::context() const {
  return {.phase = model::Phase::kTraining, .step = step_number_};
}

void Trainer::measure(const torch::Tensor& before, StepStats& stats) const {
  stats.update_norm = kernels::length(before.sub(store_.values())).item<double>();
  stats.latent_norm = shards_->latent_length() / std::sqrt(static_cast<double>(batch_rows_));
}

void Trainer::update(const nn::PuzzleEmbedding::Touched& touched, const torch::Tensor& apply) {
  if (touched.ids.defined()) update_puzzle_embedding(touched, apply);
  if (config_.freeze_weights) return;
  optimizer_->update(store_, numbers_.slice(0, 0, -2), apply);
  model_->refresh_weights();
  if (ema_.defined()) kernels::average(ema_, store_.values(), *config_.ema, apply);
}

void Trainer::update_puzzle_embedding(const nn::PuzzleEmbedding::Touched& touched,
                                      const torch::Tensor& apply) {
  kernels::sign_update(model_->puzzle_embedding()->table(), touched.ids, touched.gradients,
                       numbers_.slice(0, -2), apply);
}

void Trainer::count(const torch::Tensor& sums, const torch::Tensor& rows,
                    const torch::Tensor& apply) {
  const auto good = apply.to(at::kDouble);
  const auto kept = at::where(apply.ne(0), sums, torch::zeros_like(sums));
  sums_ += at::cat(std::vector<torch::Tensor>{kept, torch::ones_like(good), 1 - good});
  const auto skipped = apply.eq(0).to(at::kLong);
  const auto in_a_row = (bad_.slice(0, 0, 1) + 1) * skipped;
  bad_.copy_(
      at::cat(std::vector<torch::Tensor>{in_a_row, bad_.slice(0, 1, 2) + rows.slice(0, 0, 1)}));
  examples_ += rows.slice(0, 1, 2) * (1 - skipped);
}

TrainSums Trainer::take_sums() {
  const auto host = sums_.to(at::kCPU, sums_.scalar_type(), /*non_blocking=*/false, /*copy=*/true);
  const auto values = values_of<double>(host);
  const auto restarted = bad_[1].item<int64_t>();
  sums_.zero_();
  bad_[1].zero_();
  return {loss::sums_from(values.first(loss::kSums)), static_cast<int64_t>(values[loss::kSums]),
          static_cast<int64_t>(values[loss::kSums + 1]), restarted};
}

std::optional<int64_t> Trainer::examples() const {
  const auto taken = examples_.item<int64_t>();
  return taken < 0 ? std::nullopt : std::optional(taken);
}

int64_t Trainer::skipped_in_a_row() const { return bad_[0].item<int64_t>(); }

std::string Trainer::explain_skip(const Batch& batch) {
  if (graph_) graph_.emplace(model_->compute().device);  // its memory is wanted here
  const auto saved = save();
  if (const auto kept = first_not_finite(saved)) return *kept;
  if (const auto carried = first_not_finite("the carry", saved.carry)) return *carried;
  std::string first;
  const auto look = [&](const std::string& what, const torch::Tensor& value) {
    if (first.empty() && !all_finite(value)) first = what;
  };
  shards_->watch(look);
  const auto [gradients, sums, touched] = shards_->compute(batch, context(), nullptr);
  shards_->watch({});
  shards_->settle(torch::zeros({1}, torch::device(model_->compute().device)));
  for (const auto& [name, gradient] : store_.views(gradients))
    look("the gradient of " + name, gradient);
  if (touched.ids.defined()) look("the gradient of the puzzle embedding", touched.gradients);
  return first.empty() ? "the length of the gradient, which float32 cannot hold" : first;
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
  shards_->save(saved.carry);
  saved.sums.add("sums", sums_);
  saved.sums.add("bad_steps", bad_);
  saved.sums.add("examples", examples_);
  return saved;
}

void Trainer::load(int64_t step, const Saved& saved) {
  step_ = step;
  if (graph_) graph_.emplace(model_->compute().device);  // the carry will be other memory
  model::load_weights(*model_, saved.weights);
  if (ema_.defined()) {
    for (const auto& [name, value] : store_.views(ema_)) {
      copy_checked(saved.ema.at(name), value, saved.ema.where, name);
    }
  }
  optimizer_->load(store_, saved.optimizer);
  shards_->load(saved.carry);
  copy_checked(saved.sums.at("sums"), sums_, saved.sums.where, "sums");
  if (const auto* bad = saved.sums.find("bad_steps")) {
    copy_checked(*bad, bad_, saved.sums.where, "bad_steps");
  } else {
    bad_.zero_();  // a checkpoint from before these were counted
  }
  if (const auto* examples = saved.sums.find("examples")) {
    copy_checked(*examples, examples_, saved.sums.where, "examples");
  } else {
    examples_.fill_(kNotCounted);
  }
}

}  // namespace trm::train
