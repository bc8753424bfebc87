#include "experiment/bad_step.h"

#include <fmt/format.h>

#include "core/error.h"
#include "experiment/assemble.h"
#include "train/finite.h"

namespace trm::experiment {
namespace {

[[noreturn]] void stop(const train::Trainer::Saved& state, const std::string& why,
                       const Archive& batch, const BadStep& at) {
  const auto step = at.manifest.step;
  const auto folder = at.run.path() / fmt::format("bad_step_{}", step);
  if (at.run.writes()) save_state(state, folder, at.manifest, at.config_yaml, std::nullopt, batch);
  const auto saved = run::checkpoint_steps(at.run.path());
  throw Error(fmt::format(
      "{}: step {}: {}; the state is kept in {}, {}; lower optim.weights.lr or set optim.clip in "
      "another run",
      at.run.path().string(), step, why, folder.string(),
      saved.empty() ? "no checkpoint was saved before"
                    : fmt::format("and step_{} is the last good checkpoint, from which init.from "
                                  "can begin",
                                  saved.back())));
}

}  // namespace

void check_finite(const train::Trainer::Saved& state, const BadStep& at) {
  if (const auto bad = train::first_not_finite(state))
    stop(state, "numbers that are not finite in " + *bad, {}, at);
}

void stop_after_skips(train::Trainer& trainer, const Batch& batch, const BadStep& at) {
  Archive rows;
  rows.add("inputs", batch.inputs);
  rows.add("labels", batch.labels);
  rows.add("puzzle_identifiers", batch.puzzle_ids);
  const auto why =
      fmt::format("the gradient of {} steps in a row was not finite; the first bad value is in {}",
                  trainer.skipped_in_a_row(), trainer.explain_skip(batch));
  stop(trainer.save(), why, rows, at);
}

}  // namespace trm::experiment
