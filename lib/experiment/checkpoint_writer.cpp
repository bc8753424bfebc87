#include "experiment/checkpoint_writer.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/config_dump.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "experiment/assemble.h"
#include "experiment/bad_step.h"

namespace trm::experiment {
namespace {

// A copy in host memory that the next steps do not change.
void detach(Archive& archive) {
  for (auto& tensor : archive.tensors) {
    tensor.value = tensor.value.detach().to(at::kCPU, tensor.value.scalar_type(),
                                            /*non_blocking=*/false, /*copy=*/true);
  }
}

using State = train::Trainer::Saved;

State copy_of(const train::Trainer& trainer) {
  auto saved = trainer.save();
  for (auto* part : {&saved.weights, &saved.ema, &saved.optimizer, &saved.carry, &saved.sums}) {
    detach(*part);
  }
  return saved;
}

}  // namespace

CheckpointWriter::~CheckpointWriter() {
  if (writing_.valid()) writing_.wait();
}

bool CheckpointWriter::is_due(int64_t step) {
  if (writing_.valid() && writing_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    writing_.get();
  }
  const auto& train = experiment_.train;
  const std::chrono::duration<double, std::ratio<60>> minutes = Clock::now() - saved_at_;
  const bool asked = take_save_request();
  if (asked) log_info(fmt::format("step {}: saving, as SIGUSR1 asks", step));
  return asked || (train.save_minutes && minutes.count() >= *train.save_minutes);
}

void CheckpointWriter::save(const train::Trainer& trainer, const run::Manifest& manifest) {
  wait();
  auto state = std::make_unique<const State>(copy_of(trainer));
  saved_step_ = manifest.step;
  saved_at_ = Clock::now();
  if (!run_.writes()) return;
  writing_ =
      std::async(std::launch::async, [this, manifest, kept = kept(), state = std::move(state),
                                      unbroken = std::make_unique<const FinishFirst>()]() mutable {
        const auto done = std::move(unbroken);  // with this function, not with its future
        const auto saved = std::move(state);
        const auto config = dump_config(experiment_);
        check_finite(*saved, {run_, manifest, config});
        save_state(*saved, run_.checkpoint(manifest.step), manifest, config, names_);
        run::remove_others(run_.path(), kept);
      });
}

void CheckpointWriter::wait() {
  if (writing_.valid()) writing_.get();
}

void CheckpointWriter::evaluated(const nlohmann::ordered_json& line) {
  wait();
  if (!run_.writes()) return;
  const FinishFirst unbroken;
  run::note_evaluation(run_.checkpoint(*saved_step_), line.dump(), run_.log_bytes(),
                       run_.event_bytes());
  choose_best();
  run::remove_others(run_.path(), kept());
}

void CheckpointWriter::resumed_at(int64_t step) {
  saved_step_ = step;
  if (run_.writes()) choose_best();
}

void CheckpointWriter::choose_best() const {
  const auto best = best_step();
  if (best && fs::exists(run_.checkpoint(*best))) run::name_best(run_.path(), *best);
}

run::Kept CheckpointWriter::kept() const {
  return {experiment_.train.keep, experiment_.train.keep_every, best_step()};
}

}  // namespace trm::experiment
