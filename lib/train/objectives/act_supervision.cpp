#include "train/objectives/act_supervision.h"

#include <chrono>

#include "core/error.h"
#include "core/random.h"
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

torch::Tensor ActSupervision::accumulate(model::Model& model, const Batch& batch, int64_t step,
                                         StepTimes* times) {
  if (!carry_) carry_ = model::Halting::fresh(model.initial(), batch);
  carry_->data.puzzles = batch.puzzles;
  torch::Tensor sums;
  for (int64_t row = 0; row < batch.rows(); row += context_.micro_batch) {
    const auto part = accumulate_rows(model, batch, row, step, times);
    sums = sums.defined() ? sums + part : part;
  }
  return sums;
}

torch::Tensor ActSupervision::accumulate_rows(model::Model& model, const Batch& batch,
                                              int64_t first_row, int64_t step, StepTimes* times) {
  const int64_t end = std::min(first_row + context_.micro_batch, batch.rows());
  const auto start = std::chrono::steady_clock::now();
  auto place = carry_->slice(first_row, end);
  auto carry = place;
  model::Halting::begin(carry, batch.slice(first_row, end), model.initial());

  const auto output = model.forward(carry.state, carry.data, {.training = true});
  const auto& device = model.compute().device;
  const auto explore =
      kernels::uniform(exploration_key_, step, first_row, {end - first_row, 2}, device);
  model.halting().finish(carry, output, explore);
  const auto terms = loss::act_loss(output, carry, *context_.token_loss,
                                    {.continue_target = continue_target(model, carry)});
  carry.state.detach();
  if (times) times->forward += seconds_since(start, device);

  const auto middle = std::chrono::steady_clock::now();
  (terms.loss / static_cast<double>(batch.rows())).backward();
  place.copy_from(carry);
  if (times) times->backward += seconds_since(middle, device);
  return terms.sums;
}

// One more supervision step on the same puzzles says what going on is worth (spec 3). It leaves no
// trace.
torch::Tensor ActSupervision::continue_target(model::Model& model, const model::Carry& carry) {
  if (!model.halting().trains_continue()) return {};
  torch::NoGradGuard no_grad;
  auto state = carry.state;
  return model.halting().continue_target(carry,
                                         model.forward(state, carry.data, {.training = true}));
}

void ActSupervision::save(Archive& archive) const {
  if (carry_) carry_->save(archive);
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
  carry_->load(archive);
}

}  // namespace trm::train
