#include "apps/eval_run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "apps/eval_player.h"
#include "core/config_dump.h"
#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/terminal.h"
#include "eval/outputs.h"
#include "experiment/known_puzzles.h"
#include "experiment/metrics.h"
#include "experiment/report_json.h"
#include "kernels/packed.h"
#include "tensor/values.h"

namespace trm::apps {
namespace {

void check_grid(const GridSpec& data, const GridSpec& model, const std::string& name) {
  if (data.cells != model.cells || data.vocabulary != model.vocabulary) {
    throw Error(
        fmt::format("{}: {} cells of {} tokens, and the model was trained on {} cells of {}; "
                    "name a data folder of its kind with --data",
                    name, data.cells, data.vocabulary, model.cells, model.vocabulary));
  }
}

struct Opened {
  experiment::TrainedModel trained;
  experiment::Examples examples;
  std::shared_ptr<data::Task> task;
};

Opened open(const std::string& run, const EvalOptions& options) {
  Opened all{experiment::load_model(run, options.weights, options.overrides), {}, {}};
  const auto& experiment = all.trained.experiment;
  all.examples = experiment::open_examples(experiment.data, options.split);
  const auto& info = all.examples.data->info();
  check_grid(all.examples.data->spec(), all.trained.model->spec(), all.examples.data->name());
  all.task = experiment.data.task.create<data::Task>(info);
  auto& numbers = all.examples.numbers;
  const auto most = static_cast<int64_t>(numbers.size());
  numbers.resize(static_cast<size_t>(std::min(experiment.evaluate.limit.value_or(most), most)));
  all.examples = experiment::as_model_knows(all.trained, all.examples, options.unknown);
  return all;
}

EvaluatedPuzzles puzzles_of(const experiment::Examples& examples, const std::string& split) {
  const auto& data = *examples.data;
  return {.data = split == "validation" ? data.name() + ", what is held back for validation"
                                        : data.name(),
          .hash = data.hash(),
          .cells = data.info().cells,
          .examples = examples.numbers};
}

// What every bit of an evaluation depends on.
std::string key_of(const experiment::TrainedModel& trained, const EvaluatedPuzzles& puzzles,
                   const EvalOptions& options) {
  Sha256 hash;
  for (const auto& [name, value] : trained.model->named_weights()) {
    const auto host = value.detach().cpu().contiguous();
    hash.add(name);
    hash.add(bytes_of(host));
  }
  auto experiment = trained.experiment;
  experiment.evaluate.batch = 1;  // decides nothing
  experiment.evaluate.limit.reset();
  // A GPU's batches decide how many rows the references' rule fills up.
  if (experiment.evaluate.compatible)
    experiment.evaluate.batch = experiment::evaluation_batch(trained.experiment);
  ConfigWriter loss;
  loss("loss", experiment.loss, "");
  hash.add(dump_config(experiment.model) + dump_config(experiment.evaluate) + loss.yaml());
  const auto& compute = trained.compute;
  hash.add(fmt::format("{} {} {} {} {} {} {} {}", experiment.seed, experiment.precision,
                       compute.device.is_cuda(),
                       kernels::has_tiles(compute.device, compute.precision), puzzles.hash,
                       options.split, options.unknown, experiment::made_by()));
  for (const auto example : puzzles.examples) hash.add(std::to_string(example) + ",");
  return hash.hex().substr(0, 32);
}

eval::Origin origin_of(const experiment::TrainedModel& trained, const EvaluatedPuzzles& puzzles) {
  return {.checkpoint = trained.source.string(),
          .checkpoint_step = trained.step,
          .weights = trained.weights,
          .data = puzzles.data,
          .data_hash = puzzles.hash,
          .config_hash = trained.config_hash,
          .made_by = experiment::made_by(),
          .device = trained.experiment.device,
          .precision = trained.experiment.precision};
}

}  // namespace

std::string usual_progress_folder() {
  const auto* cache = std::getenv("XDG_CACHE_HOME");
  const auto* home = std::getenv("HOME");
  const fs::path folder = cache && *cache ? fs::path(cache)
                          : home && *home ? fs::path(home) / ".cache"
                                          : fs::path();
  return folder.empty() ? "" : (folder / "trm/evaluations").string();
}

void check_comparable(const std::vector<std::string>& runs, const EvalOptions& options) {
  std::optional<EvaluatedPuzzles> first;
  for (const auto& run : runs) {
    const auto opened = open(run, options);
    auto puzzles = puzzles_of(opened.examples, options.split);
    if (!first) {
      first = std::move(puzzles);
    } else if (!puzzles.same_as(*first)) {
      throw Error(
          fmt::format("{} and {}: of other puzzles, {} and {}; name one folder for both "
                      "with --data",
                      runs.front(), run, first->data, puzzles.data));
    }
  }
}

EvaluatedRun evaluate_run(const std::string& run, const EvalOptions& options,
                          const std::shared_ptr<dist::World>& world) {
  const auto [trained, examples, task] = open(run, options);
  const auto& experiment = trained.experiment;
  eval::Request request{.data = examples.data,
                        .examples = examples.numbers,
                        .batch = experiment::evaluation_batch(experiment),
                        .search = experiment::search_of(experiment, trained.model->motion()),
                        .compatible = experiment.evaluate.compatible,
                        .interruptible = true,
                        .world = world,
                        .whole_output = false};
  EvaluatedRun done{.name = run, .puzzles = puzzles_of(examples, options.split)};
  if (!options.report.empty()) request.frames = options.played;
  if (!options.kept.empty() && request.frames == 0 && world->is_first()) {
    done.kept = std::make_shared<eval::KeptProgress>(
        options.kept, key_of(trained, done.puzzles, options), options.save_seconds);
    request.kept = done.kept.get();
  }

  eval::AnswerRecorder drawn(*task, options.show);
  const auto count = static_cast<int64_t>(request.examples.size());
  std::optional<eval::OutputWriter> outputs;
  if (!options.predictions.empty() && world->is_first()) {
    outputs.emplace(options.predictions,
                    std::vector<std::string>{"inputs", "labels", "preds", "puzzle_identifiers",
                                             "q_halt_logits"},
                    count);
  }
  EvalPlayer player(examples.data, *task, request);
  const auto record = [&](const eval::Answers& answers) {
    drawn.add(answers);
    player.add(answers);
    if (outputs) outputs->add(answers);
  };
  const auto solver = experiment::make_solver(experiment, *trained.model);
  auto bar = Progress::to_stderr("evaluate", count);
  done.result = eval::evaluate(*solver, *task, request, bar, record);
  // Where a signal came to any rank, or behind the last puzzle.
  if (done.result.signal != 0) {
    if (done.kept && done.kept->has_saved())
      throw InterruptedAndKept{done.result.signal, done.kept->folder()};
    throw Interrupted{done.result.signal};
  }
  throw_if_interrupted();
  bar.finish();
  if (outputs && count > 0) outputs->commit();
  done.origin = origin_of(trained, done.puzzles);
  done.depth = request.search.depth();
  done.drawings = drawn.drawings(has_colours(STDOUT_FILENO));
  if (!options.report.empty() && world->is_first()) {
    const auto json = experiment::report_json(done.result, done.depth, done.origin);
    write_text(options.report, report::evaluation_page(run, json, *task, player.puzzles()));
  }
  return done;
}

}  // namespace trm::apps
