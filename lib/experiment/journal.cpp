#include "experiment/journal.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "core/config_dump.h"
#include "core/log.h"
#include "experiment/logged_test.h"
#include "experiment/metrics.h"

namespace trm::experiment {
namespace {

using nlohmann::ordered_json;

// Since 1970, to the millisecond.
double unix_seconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()) /
         1000;
}

}  // namespace

Journal::Journal(const Experiment& experiment, const Puzzles& puzzles, train::Trainer& trainer,
                 run::RunFolder& run)
    : experiment_(experiment),
      trainer_(trainer),
      run_(run),
      steps_of_epoch_(batches_of_epoch(experiment.train, puzzles)),
      clock_(trainer.model().compute().device) {}

void Journal::begin() {
  if (const auto aside = run_.put_log_aside()) {
    log_warning(
        fmt::format("{}: no checkpoint yet; it begins at step 0 again, and its log so far is {}",
                    run_.path().string(), aside->filename().string()));
  }
  if (experiment_.train.tensorboard) run_.open_events(0, 0, dump_config(experiment_));
}

void Journal::resume(const run::Manifest& manifest) {
  if (run_.writes()) restore(manifest);
  const auto logged = manifest.compute_seconds ? *manifest.compute_seconds
                                               : run::read_run_log(run_.path()).training_seconds;
  clock_.set(trainer_.step(), logged);
}

void Journal::restore(const run::Manifest& manifest) {
  const auto step = trainer_.step();
  const auto tests = tests_behind(run_.path() / run::kLogFile, manifest.log_bytes, step);
  if (!run_.rewind_log(manifest.log_bytes)) {
    log_warning(
        fmt::format("{}: metrics.jsonl is missing or shorter than at step {}; the run goes on, and "
                    "lines before that are lost",
                    run_.path().string(), step));
    run_.restore_evaluations();
  }
  if (experiment_.train.tensorboard)
    run_.open_events(step, manifest.event_bytes, dump_config(experiment_), !tests.empty());
  for (const auto& line : tests) run_.log(line);
}

ordered_json Journal::trained(const train::StepStats& stats) {
  const auto step = trainer_.step(), batch = experiment_.train.batch;
  // The sums are taken first: a GPU is waited for within the time of its steps.
  const auto sums = trainer_.take_sums();
  auto line = training_line(step, sums, stats, trainer_, batch);
  line["steps_per_second"] = clock_.rate(step);
  write(line, reached());
  note_ = training_note(sums, batch);
  warn_of_bad_steps(sums);
  return line;
}

Journal::Reached Journal::reached() const {
  return {static_cast<double>(trainer_.step()) / steps_of_epoch_, trainer_.examples(),
          clock_.seconds()};
}

ordered_json Journal::evaluated(ordered_json line, const Reached& reached) {
  write(line, reached);
  return line;
}

void Journal::write(ordered_json& line, const Reached& reached) {
  line["epoch"] = reached.epoch;
  line["examples"] = reached.examples ? ordered_json(*reached.examples) : ordered_json(nullptr);
  line["compute_seconds"] = reached.compute_seconds;
  line["unix_seconds"] = unix_seconds();
  run_.log(line);
}

void Journal::describe(run::Manifest& manifest) const {
  manifest.log_bytes = run_.log_bytes();
  manifest.event_bytes = run_.event_bytes();
  manifest.compute_seconds = clock_.seconds();
}

void Journal::warn_of_bad_steps(const train::TrainSums& sums) const {
  const auto step = trainer_.step();
  if (sums.restarted > 0) {
    log_warning(
        fmt::format("step {}: {} puzzles under way were dropped, whose state was not finite or may "
                    "have spoilt a step",
                    step, sums.restarted));
  }
  if (sums.skipped > 0) {
    log_warning(
        fmt::format("step {}: {} of the last {} steps had a gradient that is not finite and were "
                    "skipped; lower optim.weights.lr or set optim.clip",
                    step, sums.skipped, sums.steps));
  }
}

}  // namespace trm::experiment
