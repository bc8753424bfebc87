#include "experiment/session.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/config_dump.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "experiment/agreement.h"
#include "experiment/assemble.h"
#include "experiment/bad_step.h"
#include "experiment/checkpoint_writer.h"
#include "experiment/choice.h"
#include "experiment/journal.h"
#include "experiment/known_puzzles.h"
#include "experiment/logged_test.h"
#include "experiment/metrics.h"
#include "experiment/run_evaluator.h"
#include "experiment/same_run.h"
#include "experiment/session_record.h"
#include "experiment/test_forecast.h"

namespace trm::experiment {
namespace {

bool every(const std::optional<int64_t>& steps, int64_t step) {
  return steps && step % *steps == 0;
}

constexpr const char* kShardsOnGpu =
    "train.shards: a GPU computes them one after another; fewer are faster, where memory allows";
constexpr const char* kNotReplayed =
    "train.graph: steps are replayed by one rank on a GPU; here they are not";

class Session {
 public:
  Session(Experiment& experiment, run::RunFolder& run, std::shared_ptr<dist::World> world)
      : ranks_(std::move(world)),
        compute_(resolve_compute(experiment)),
        experiment_(experiment),
        run_(run),
        puzzles_(open_puzzles(experiment.data)),
        names_(puzzles_.names()),
        hashes_{puzzles_.train->hash(), puzzles_.test->hash()},
        steps_(total_steps(experiment.train, puzzles_)),
        interval_(evaluation_interval(experiment.train, puzzles_)),
        saver_(experiment, run, scores_that_choose(experiment, puzzles_), names_) {
    ranks_.check_same(experiment_, puzzles_);
    if (ranks_.writes() && run_.started()) {
      check_same_run(experiment_, run_);
      keep_console_log(run_.console_log());
      last_ = run_.latest(log_warning);
    }
    const auto step = ranks_.of_first(last_ ? std::optional(last_->manifest().step) : std::nullopt);
    if (step && !last_) last_.emplace(run_.checkpoint(*step));
    auto begun = experiment_;
    if (last_) begun.init.from.clear();  // those weights are in the checkpoint
    trainer_ = build_trainer(begun, puzzles_, compute_, ranks_.world());
    evaluator_.emplace(experiment_, puzzles_, *trainer_, run_, ranks_);
    forecast_.emplace(experiment_, trainer_->model(), puzzles_);
    journal_.emplace(experiment_, puzzles_, *trainer_, run_);
    if (!ranks_.writes()) return;
    const bool begins = !run_.started();
    const auto config = dump_config(experiment_);
    // Keys that are free may have changed: the folder by itself continues with the latest.
    if (begins || read_text(run_.config()) != config) run_.start(config);
    if (begins) keep_console_log(run_.console_log());
  }

  SessionResult train() {
    resume();
    std::optional<SessionRecord> record;
    if (ranks_.writes()) record.emplace(experiment_, *trainer_, steps_, run_);
    Progress bar = Progress::to_stderr("train", steps_, step());
    if (last_ && last_->manifest().evaluates && evaluates()) evaluate(bar);
    const auto division = division_of(experiment_.train, *ranks_.world());
    const auto batches = open_loader(experiment_, puzzles_, step() + 1, division);
    if (compute_.device.is_cuda() && division.own_shards() > 1) log_info(kShardsOnGpu);
    if (experiment_.train.graph == "auto" && !trainer_->replays()) log_info(kNotReplayed);
    auto asked = ranks_.ask(false);
    journal_->clock().start();
    while (step() < steps_ && asked.signal == 0) {
      const bool logging = every(experiment_.train.log_steps, step() + 1) || step() + 1 == steps_;
      train::StepStats stats;
      const auto batch = next_batch(*batches);
      trainer_->advance(batch, logging ? &stats : nullptr);
      // A GPU is asked only where it is waited for anyway.
      const bool look = logging || !compute_.device.is_cuda();
      if (look && trainer_->skipped_in_a_row() >= experiment_.train.bad_steps) {
        saver_.wait();
        stop_after_skips(*trainer_, batch, {run_, manifest(), dump_config(experiment_)});
      }
      if (logging) log(stats);
      asked = ranks_.ask(saver_.is_due(step()));
      if (evaluates() || asked.save || every(experiment_.train.save_steps, step()) ||
          step() == steps_) {
        save(evaluates());
      }
      if (evaluates() && asked.signal == 0) {
        evaluate(bar);
        asked = ranks_.ask(false);
      }
      bar.update(step(), journal_->note());
    }
    const StepClock::Pause ended(journal_->clock());
    if (asked.signal == 0) bar.finish();
    const auto result = asked.signal == 0 ? finish() : stop(bar, asked.signal);
    if (record) {
      record->end(result.step, result.signal == 0
                                   ? "completed"
                                   : fmt::format("stopped by signal {}", result.signal));
    }
    return result;
  }

 private:
  int64_t step() const { return trainer_->step(); }
  std::filesystem::path log_file() const { return run_.path() / "metrics.jsonl"; }

  // Whether this step is followed by an evaluation: on the validation set or, without one, on the
  // test set for the record, which chooses nothing and which finish() does at the end.
  bool evaluates() const {
    if (step() == steps_) return evaluator_->has_validation();
    return every(interval_, step()) && step() / *interval_ > experiment_.train.skip_evaluations;
  }

  void resume() {
    if (!last_) return journal_->begin();
    check_same_data(experiment_.data.path, hashes_, run_, *last_);
    check_same_names(names_, *last_);
    load_trainer(*trainer_, *last_);
    journal_->resume(last_->manifest());
    saver_.resumed_at(step());
    if (ranks_.writes())
      log_info(fmt::format("continuing {} at step {}", run_.path().string(), step()));
  }

  void log(const train::StepStats& stats) {
    const auto line = journal_->trained(stats);
    forecast_->trained(line["steps_per_second"].get<double>());
    if (told_ || !forecast_->is_long()) return;
    told_ = true;
    log_info(fmt::format("at its end the run tests {}; evaluate.limit says how many",
                         forecast_->text()));
  }

  // Where the data folder is changed under the run, what was learned is saved before it stops.
  Batch next_batch(data::Loader& batches) {
    try {
      return batches.next().to(compute_.device);
    } catch (const Error&) {
      // Saving is a call of all ranks, and the others know nothing of this.
      if (step() > 0 && ranks_.world()->ranks() == 1) save(/*evaluates=*/false);
      throw;
    }
  }

  // What is interrupted is done again when the run goes on: the checkpoint says so.
  void evaluate(Progress& bar) {
    const StepClock::Pause pause(journal_->clock());
    saver_.wait();
    bar.clear();
    const bool validates = evaluator_->has_validation();
    const auto result = validates ? evaluator_->validation() : evaluator_->test();
    if (!result) return;
    const std::string what = validates ? "validation" : "test";
    const auto line =
        journal_->evaluated(evaluation_line(step(), what + "/", *result), journal_->reached());
    log_info(fmt::format("step {}: {}", step(), evaluation_note(what, *result)));
    saver_.evaluated(line);
    forecast_->evaluated(*result);
  }

  run::Manifest manifest() const {
    const auto spec = puzzles_.spec();
    run::Manifest manifest{
        .step = step(),
        .made_by = made_by(),
        .data_hash = hashes_.train,
        .test_hash = hashes_.test,
        .spec = {
            {"cells", spec.cells}, {"vocabulary", spec.vocabulary}, {"puzzles", spec.puzzles}}};
    journal_->describe(manifest);
    return manifest;
  }

  // `evaluates`: an evaluation at this step is still to come.
  void save(bool evaluates) {
    if (saver_.saved_step() == step()) return;
    const StepClock::Pause pause(journal_->clock());
    warn_of_changed_data();
    auto saved = manifest();
    saved.evaluates = evaluates;
    saver_.save(*trainer_, saved);
  }

  SessionResult stop(Progress& bar, int signal) {
    save(/*evaluates=*/false);
    saver_.wait();
    bar.clear();
    return {.signal = signal, .step = step(), .best_step = {}, .test = {}};
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
    saver_.wait();
    SessionResult result{.signal = 0, .step = step(), .best_step = {}, .test = {}};
    const auto reached = journal_->reached();  // before other weights take the trainer back
    result.best_step = ranks_.of_first(ranks_.writes() ? saver_.best_step() : std::nullopt);
    if (result.best_step && *result.best_step != step()) load_best(*result.best_step);
    if (ranks_.writes()) result.test = logged_test(log_file(), result.step, step(), experiment_);
    if (ranks_.of_first(result.test ? std::optional<int64_t>(step()) : std::nullopt)) {
      log_info("tested already, with these settings; trm-eval tests again");
      return result;
    }
    if (forecast_->is_cut() || forecast_->is_long())
      log_info(fmt::format("testing {}; trm-eval takes all", forecast_->text()));
    result.test = evaluator_->test();
    // Everything is saved; the same command evaluates again.
    if (!result.test) return {ranks_.ask(false).signal, result.step, result.best_step, {}};
    journal_->evaluated(test_line(result.step, step(), *result.test, experiment_), reached);
    keep_line(evaluation_note("test", *result.test));
    return result;
  }

  void load_best(int64_t best) {
    try {
      load_trainer(*trainer_, run::Checkpoint(run_.checkpoint(best)));
    } catch (const Error& error) {
      log_warning(fmt::format("{} (it was the best one; the weights of step {} are tested)",
                              error.what(), step()));
    }
  }

  Agreement ranks_;
  Compute compute_;
  Experiment& experiment_;
  run::RunFolder& run_;
  Puzzles puzzles_;
  std::optional<data::PuzzleNames> names_;  // of the puzzle table's rows
  DataHashes hashes_;
  int64_t steps_;
  std::optional<int64_t> interval_;      // between evaluations
  std::optional<run::Checkpoint> last_;  // that the run is continued from
  std::unique_ptr<train::Trainer> trainer_;
  std::optional<RunEvaluator> evaluator_;
  CheckpointWriter saver_;
  std::optional<TestForecast> forecast_;
  std::optional<Journal> journal_;
  bool told_ = false;  // how long the test at the end will take
  bool changed_data_ = false;
};

}  // namespace

SessionResult run_session(Experiment experiment, run::RunFolder& run,
                          std::shared_ptr<dist::World> world) {
  return Session(experiment, run, std::move(world)).train();
}

}  // namespace trm::experiment
