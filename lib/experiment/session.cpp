#include "experiment/session.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/config_dump.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/version.h"
#include "experiment/assemble.h"
#include "experiment/bad_step.h"
#include "experiment/metrics.h"
#include "experiment/run_evaluator.h"
#include "experiment/same_run.h"

namespace trm::experiment {
namespace {

constexpr const char* kChoice = "validation/exact_accuracy";  // what the best checkpoint is best at

bool every(const std::optional<int64_t>& steps, int64_t step) {
  return steps && step % *steps == 0;
}

class Session {
 public:
  Session(Experiment& experiment, run::RunFolder& run)
      : compute_(resolve_compute(experiment)),
        experiment_(experiment),
        run_(run),
        puzzles_(open_puzzles(experiment.data)),
        hashes_{puzzles_.train->hash(), puzzles_.test->hash()},
        steps_(total_steps(experiment.train, puzzles_)),
        interval_(evaluation_interval(experiment.train, puzzles_)) {
    if (run_.started()) check_same_run(experiment_, run_);
    trainer_ = build_trainer(experiment_, puzzles_, compute_);
    evaluator_.emplace(experiment_, puzzles_, *trainer_, run_);
    if (!run_.started()) run_.start(dump_config(experiment_));
  }

  SessionResult train() {
    resume();
    Progress bar = Progress::to_stderr("train", steps_, step());
    rate_.start(step());
    const auto batches = open_loader(experiment_, puzzles_, step() + 1);
    while (step() < steps_ && interrupt_signal() == 0) {
      const bool logging = every(experiment_.train.log_steps, step() + 1) || step() + 1 == steps_;
      train::StepStats stats;
      const auto batch = next_batch(*batches);
      trainer_->advance(batch, logging ? &stats : nullptr);
      // A GPU is asked only where it is waited for anyway.
      const bool look = logging || !compute_.device.is_cuda();
      if (look && trainer_->skipped_in_a_row() >= experiment_.train.bad_steps)
        stop_after_skips(*trainer_, batch, {run_, manifest(), dump_config(experiment_)});
      if (logging) log(stats);
      if (evaluates() || step() == steps_) evaluate_now(bar);
      if (every(experiment_.train.save_steps, step()) || step() == steps_) save();
      bar.update(step(), note_);
    }
    if (interrupt_signal() != 0) {
      save();
      bar.clear();
      return {.signal = interrupt_signal(), .step = step(), .best_step = {}, .test = {}};
    }
    bar.finish();
    return finish();
  }

 private:
  int64_t step() const { return trainer_->step(); }
  bool evaluates() const {
    return every(interval_, step()) && step() / *interval_ > experiment_.train.skip_evaluations;
  }

  void resume() {
    const auto last = run_.latest([](const std::string& text) { log_warning(text); });
    if (!last) {
      run_.rewind_log(0);
      return;
    }
    check_same_data(experiment_.data.path, hashes_, run_, *last);
    load_trainer(*trainer_, *last);
    run_.rewind_log(last->manifest().log_bytes);
    log_info(fmt::format("continuing {} at step {}", run_.path().string(), step()));
  }

  void log(const train::StepStats& stats) {
    const auto sums = trainer_->take_sums();
    run_.log(training_line(step(), sums, stats, *trainer_, experiment_.train.batch, rate_));
    note_ = training_note(sums, experiment_.train.batch);
    if (sums.restarted > 0) {
      log_warning(fmt::format("step {}: {} puzzles under way were dropped, whose state was not "
                              "finite or may have spoilt a step",
                              step(), sums.restarted));
    }
    if (sums.skipped > 0) {
      log_warning(
          fmt::format("step {}: {} of the last {} steps had a gradient that is not finite "
                      "and were skipped; lower optim.weights.lr or set optim.clip",
                      step(), sums.skipped, sums.steps));
    }
  }

  // Where the data folder is changed under the run, what was learned is saved before it stops.
  Batch next_batch(data::Loader& batches) {
    try {
      return batches.next().to(compute_.device);
    } catch (const Error&) {
      if (step() > 0) save();
      throw;
    }
  }

  // Evaluates on the validation set and keeps this step's weights when they are the best so far.
  // Without one the test set is evaluated for the record, and chooses nothing.
  void evaluate_now(Progress& bar) {
    const bool validate = evaluator_->has_validation();
    if (!validate && step() == steps_) return;  // finish() does
    bar.clear();
    const std::string what = validate ? "validation" : "test";
    check_finite(*trainer_, {run_, manifest(), dump_config(experiment_)});
    const auto result = validate ? evaluator_->validation(/*interruptible=*/false)
                                 : evaluator_->test(/*interruptible=*/false);
    run_.log(evaluation_line(step(), what + "/", result));
    log_info(fmt::format("step {}: {}", step(), evaluation_note(what, result)));
    rate_.start(step());
    const auto best = run_.best(kChoice);
    if (best && best->step == step()) save();
  }

  run::Manifest manifest() const {
    const auto spec = puzzles_.spec();
    return {.step = step(),
            .log_bytes = run_.log_bytes(),
            .made_by = made_by(),
            .data_hash = hashes_.train,
            .test_hash = hashes_.test,
            .spec = {{"cells", spec.cells},
                     {"vocabulary", spec.vocabulary},
                     {"puzzles", spec.puzzles}}};
  }

  void save() {
    if (saved_step_ != step()) {
      check_finite(*trainer_, {run_, manifest(), dump_config(experiment_)});
      warn_of_changed_data();
      save_trainer(*trainer_, run_.checkpoint(step()), manifest(), dump_config(experiment_));
    }
    saved_step_ = step();
    const auto best = run_.best(kChoice);
    run_.prune(experiment_.train.keep, best ? std::optional(best->step) : std::nullopt);
  }

  // Once; the run goes on with what it has read.
  void warn_of_changed_data() {
    for (const auto& data : {puzzles_.train, puzzles_.test}) {
      const auto file = changed_data_ ? std::nullopt : data->changed_file();
      if (!file) continue;
      changed_data_ = true;
      log_warning(fmt::format(
          "{}: changed since the run began; put it back, else the run cannot be continued",
          file->string()));
    }
  }

  // The test set chooses nothing: the weights are those that the validation set chose, or the last.
  SessionResult finish() {
    SessionResult result{.signal = 0, .step = step(), .best_step = {}, .test = {}};
    if (const auto best = run_.best(kChoice)) result.best_step = best->step;
    if (result.best_step && *result.best_step != step()) {
      load_trainer(*trainer_, run::Checkpoint(run_.checkpoint(*result.best_step)));
    }
    result.test = evaluator_->test(/*interruptible=*/true);
    // Everything is saved; the same command evaluates again.
    if (interrupt_signal() != 0) return {interrupt_signal(), result.step, result.best_step, {}};
    auto line = evaluation_line(result.step, "test/", *result.test);
    line["weights_of_step"] = step();
    run_.log(line);
    return result;
  }

  Compute compute_;
  Experiment& experiment_;
  run::RunFolder& run_;
  Puzzles puzzles_;
  DataHashes hashes_;
  int64_t steps_;
  std::optional<int64_t> interval_;  // between evaluations
  std::unique_ptr<train::Trainer> trainer_;
  std::optional<RunEvaluator> evaluator_;
  Rate rate_;
  std::string note_;
  int64_t saved_step_ = -1;
  bool changed_data_ = false;
};

}  // namespace

SessionResult run_session(Experiment experiment, run::RunFolder& run) {
  return Session(experiment, run).train();
}

}  // namespace trm::experiment
