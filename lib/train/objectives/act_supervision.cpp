#include "train/objectives/act_supervision.h"

#include <ATen/ops/stack.h>

#include <chrono>

#include "core/error.h"
#include "core/random.h"
#include "eval/act_solver.h"
#include "kernels/noise.h"

namespace trm::train {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start, const torch::Device& device) {
  synchronize(device);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

ActSupervision::ActSupervision(const Config& /*config*/, const ObjectiveContext& context)
    : context_(context), exploration_key_(stream_key(context.seed, "exploration")) {}

torch::Tensor ActSupervision::accumulate(model::Model& model, const Batch& batch,
                                         const model::StepContext& step, StepTimes* times) {
  auto context = step;
  context.seed = context_.seed;
  if (!carry_) carry_ = model::Halting::fresh(model.initial(), batch);
  const auto start = std::chrono::steady_clock::now();
  auto carry = *carry_;
  model::Halting::begin(carry, batch, model.start(context));

  const auto output = model.forward(carry.state, carry.data, context);
  const auto& device = model.compute().device;
  model.halting().finish(carry, output,
                         kernels::uniform(exploration_key_, context.step, context.rows, 2));
  const auto terms = loss::act_loss(output, carry, *context_.token_loss,
                                    {.continue_target = continue_target(model, carry, context)});
  if (watcher_) show(carry, output, terms.loss);
  carry.state.detach();
  if (times) times->forward += seconds_since(start, device);

  const auto middle = std::chrono::steady_clock::now();
  (terms.loss / static_cast<double>(context_.batch_rows)).backward();
  next_ = carry;
  if (times) times->backward += seconds_since(middle, device);
  return terms.sums;
}

// One more supervision step on the same puzzles says what going on is worth (spec 3). It leaves no
// trace.
torch::Tensor ActSupervision::continue_target(model::Model& model, const model::Carry& carry,
                                              const model::StepContext& context) {
  if (!model.halting().trains_continue()) return {};
  torch::NoGradGuard no_grad;
  auto state = carry.state;
  auto again = context;
  again.first_draw = model::StepContext::kAgain;
  return model.halting().continue_target(carry, model.forward(state, carry.data, again));
}

void ActSupervision::show(const model::Carry& carry, const model::Output& output,
                          const torch::Tensor& loss) const {
  for (const auto& [name, value] : carry.state.tensors()) watcher_("the state " + name, value);
  watcher_("the logits", output.logits);
  watcher_("q_halt", output.q_halt);
  watcher_("the loss", loss);
}

void ActSupervision::settle(const torch::Tensor& apply) {
  if (next_) record::copy_where(*carry_, apply, *next_);
  next_.reset();
}

torch::Tensor ActSupervision::restart_rows(const torch::Tensor& all, int64_t rows) {
  if (!carry_) return torch::tensor({int64_t{0}, rows}, all.options().dtype(at::kLong));
  torch::NoGradGuard no_grad;
  auto dropped = all.expand({carry_->rows()});
  for (const auto& [name, value] : carry_->state.tensors()) {
    // One pass, and no tensor of flags: a sum of finite states, whose squares have a mean of one,
    // is finite.
    const auto sums = value.flatten(1).sum(at::IntArrayRef({1}), /*keepdim=*/false, at::kFloat);
    dropped = dropped.logical_or(sums.isfinite().logical_not());
  }
  const auto before = carry_->halted.sum();
  carry_->halted.logical_or_(dropped);
  const auto taken = carry_->halted.sum();
  return at::stack(std::vector<torch::Tensor>{taken - before, taken});
}

std::shared_ptr<eval::Solver> ActSupervision::solver(model::Model& model,
                                                     const eval::Search& search,
                                                     bool compatible) const {
  return std::make_shared<eval::ActSolver>(model, context_.token_loss, search, compatible);
}

std::vector<std::string> ActSupervision::metrics() const { return eval::ActSolver::kMetrics; }

void ActSupervision::save(Archive& archive) const {
  if (carry_) record::save(*carry_, archive);
}

void ActSupervision::load(const model::Model& model, const Archive& archive) {
  if (archive.tensors.empty()) {
    carry_.reset();
    return;
  }
  const auto& inputs = archive.at("current_data.inputs");
  const auto& ids = archive.at("current_data.puzzle_identifiers");
  if (inputs.dim() != 2 || inputs.size(1) != model.spec().cells || ids.dim() != 1) {
    throw Error(archive.where +
                ": the carry is of another grid; use the data that it was made with");
  }
  const Batch like{inputs, archive.at("current_data.labels"), ids, inputs.size(0)};
  carry_ = model::Halting::fresh(model.initial(), like.to(model.compute().device));
  record::load(*carry_, archive);
}

}  // namespace trm::train
