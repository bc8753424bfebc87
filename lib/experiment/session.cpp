#include "experiment/session.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/config_dump.h"
#include "core/config_read.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/version.h"
#include "experiment/assemble.h"
#include "experiment/metrics.h"

namespace trm::experiment {
namespace {

constexpr const char* kChoice = "validation/exact_accuracy";  // what the best checkpoint is best at

bool every(const std::optional<int64_t>& steps, int64_t step) {
  return steps && step % *steps == 0;
}

// What must be equal for a run to go on with the same numbers.
void check_same_run(const Experiment& experiment, const run::RunFolder& run) {
  const auto before = read_config<Experiment>(load_config(run.config()));
  auto changed = numeric_differences(before, experiment);
  const bool other_length = before.train.steps != experiment.train.steps ||
                            before.train.epochs != experiment.train.epochs;
  if (other_length && experiment.optim.schedule.min_ratio < 1) {
    changed.push_back("train.steps: another length moves the learning rate's cosine");
  }
  if (changed.empty()) return;
  std::string text;
  for (const auto& line : changed) text += (text.empty() ? "" : "; ") + line;
  throw Error(run.path().string() + ": begun with another config (" + text +
              "); use the same values, or another folder with --run");
}

class Session {
 public:
  Session(Experiment& experiment, run::RunFolder& run)
      : compute_(resolve_compute(experiment)),
        experiment_(experiment),
        run_(run),
        puzzles_(open_puzzles(experiment.data)),
        data_hash_(puzzles_.train->hash()),
        steps_(total_steps(experiment.train, puzzles_)),
        interval_(evaluation_interval(experiment.train, puzzles_)) {
    if (run_.started()) check_same_run(experiment_, run_);
    trainer_ = build_trainer(experiment_, puzzles_, compute_);
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
      trainer_->advance(batches->next().to(compute_.device), logging ? &stats : nullptr);
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
    if (last->manifest().data_hash != data_hash_) {
      throw Error(experiment_.data.path + ": not the training data that " + run_.path().string() +
                  " was begun on; name that, or another folder with --run");
    }
    load_trainer(*trainer_, *last);
    run_.rewind_log(last->manifest().log_bytes);
    log_info(fmt::format("continuing {} at step {}", run_.path().string(), step()));
  }

  void log(const train::StepStats& stats) {
    const auto sums = trainer_->take_sums();
    run_.log(training_line(step(), sums, stats, *trainer_, experiment_.train.batch, rate_));
    note_ = training_note(sums, experiment_.train.batch);
    if (sums.skipped > 0) {
      log_warning(
          fmt::format("step {}: {} of the last {} steps had a gradient that is not finite "
                      "and were skipped; lower optim.weights.lr or set optim.clip",
                      step(), sums.skipped, sums.steps));
    }
  }

  eval::Evaluation evaluate(const std::shared_ptr<const data::Dataset>& data,
                            std::vector<int64_t> examples, const char* title, bool interruptible) {
    const eval::Request request{
        data,
        std::move(examples),
        experiment_.evaluate.batch.value_or(experiment_.train.batch),
        experiment_.evaluate.depth.value_or(experiment_.model.halting.max_steps),
        experiment_.evaluate.compatible,
        interruptible,
        experiment_.evaluate.compatible ? run_.texts_before(title, step()) : data::Files()};
    const train::Trainer::Averaged averaged(*trainer_);
    auto bar = Progress::to_stderr(title, static_cast<int64_t>(request.examples.size()));
    const auto token_loss = experiment_.loss.create<loss::TokenLoss>();
    eval::OutputRecorder recorder(experiment_.evaluate.outputs);
    const auto result =
        eval::evaluate(trainer_->model(), *token_loss, *puzzles_.task, request, bar,
                       [&](const eval::Answers& answers) { recorder.add(answers); });
    if (!experiment_.evaluate.outputs.empty()) run_.save_outputs(title, step(), recorder.archive());
    run_.save_texts(title, step(), result.files);
    return result;
  }

  eval::Evaluation evaluate_test(bool interruptible) {
    return evaluate(puzzles_.test, eval::first_examples(*puzzles_.test, experiment_.evaluate.limit),
                    "test", interruptible);
  }

  // Evaluates on the validation set and keeps this step's weights when they are the best so far.
  // Without one the test set is evaluated for the record, and chooses nothing.
  void evaluate_now(Progress& bar) {
    const bool validate = !puzzles_.validation_examples.empty();
    if (!validate && step() == steps_) return;  // finish() does
    bar.clear();
    const std::string what = validate ? "validation" : "test";
    const auto result = validate
                            ? evaluate(puzzles_.train, puzzles_.validation_examples, "validation",
                                       /*interruptible=*/false)
                            : evaluate_test(/*interruptible=*/false);
    run_.log(evaluation_line(step(), what + "/", result));
    log_info(fmt::format("step {}: {}", step(), evaluation_note(what, result)));
    rate_.start(step());
    const auto best = run_.best(kChoice);
    if (best && best->step == step()) save();
  }

  void save() {
    const auto folder = run_.checkpoint(step());
    const auto spec = puzzles_.spec();
    const run::Manifest manifest{
        .step = step(),
        .log_bytes = run_.log_bytes(),
        .made_by = made_by(),
        .data_hash = data_hash_,
        .spec = {
            {"cells", spec.cells}, {"vocabulary", spec.vocabulary}, {"puzzles", spec.puzzles}}};
    if (saved_step_ != step()) save_trainer(*trainer_, folder, manifest, dump_config(experiment_));
    saved_step_ = step();
    const auto best = run_.best(kChoice);
    run_.prune(experiment_.train.keep, best ? std::optional(best->step) : std::nullopt);
  }

  // The test set chooses nothing: the weights are those that the validation set chose, or the last.
  SessionResult finish() {
    SessionResult result{.signal = 0, .step = step(), .best_step = {}, .test = {}};
    if (const auto best = run_.best(kChoice)) result.best_step = best->step;
    if (result.best_step && *result.best_step != step()) {
      load_trainer(*trainer_, run::Checkpoint(run_.checkpoint(*result.best_step)));
    }
    result.test = evaluate_test(/*interruptible=*/true);
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
  std::string data_hash_;
  int64_t steps_;
  std::optional<int64_t> interval_;  // between evaluations
  std::unique_ptr<train::Trainer> trainer_;
  Rate rate_;
  std::string note_;
  int64_t saved_step_ = -1;
};

}  // namespace

SessionResult run_session(Experiment experiment, run::RunFolder& run) {
  return Session(experiment, run).train();
}

}  // namespace trm::experiment
