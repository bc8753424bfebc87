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
#include "eval/kept_progress.h"
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

// What every bit of an evaluation depends on.
std::string key_of(const experiment::TrainedModel& trained, const experiment::Examples& examples,
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
  hash.add(dump_config(experiment.model) + dump_config(experiment.evaluate));
  const auto& compute = trained.compute;
  hash.add(fmt::format("{} {} {} {} {} {} {} {}", experiment.seed, experiment.precision,
                       compute.device.is_cuda(),
                       kernels::has_tiles(compute.device, compute.precision), examples.data->hash(),
                       options.split, options.unknown, experiment::made_by()));
  for (const auto example : examples.numbers) hash.add(std::to_string(example) + ",");
  return hash.hex().substr(0, 32);
}

eval::Origin origin_of(const experiment::TrainedModel& trained, const data::Dataset& data,
                       const std::string& split) {
  return {.checkpoint = trained.source.string(),
          .checkpoint_step = trained.step,
          .weights = trained.weights,
          .data = split == "validation" ? data.name() + ", what is held back for validation"
                                        : data.name(),
          .data_hash = data.hash(),
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

EvaluatedRun evaluate_run(const std::string& run, const EvalOptions& options,
                          const std::shared_ptr<dist::World>& world) {
  auto trained = experiment::load_model(run, options.weights, options.overrides);
  const auto& experiment = trained.experiment;
  auto examples = experiment::open_examples(experiment.data, options.split);
  check_grid(examples.data->spec(), trained.model->spec(), examples.data->name());
  const auto task = experiment.data.task.create<data::Task>(examples.data->info());
  const auto most = static_cast<int64_t>(examples.numbers.size());
  examples.numbers.resize(
      static_cast<size_t>(std::min(experiment.evaluate.limit.value_or(most), most)));
  examples = experiment::as_model_knows(trained, examples, options.unknown);

  eval::Request request{.data = examples.data,
                        .examples = examples.numbers,
                        .batch = experiment.evaluate.batch.value_or(experiment.train.batch),
                        .search = experiment::search_of(experiment, trained.model->motion()),
                        .compatible = experiment.evaluate.compatible,
                        .interruptible = true,
                        .world = world,
                        .whole_output = false};
  std::optional<eval::KeptProgress> kept;
  if (!options.report.empty()) request.frames = options.played;
  if (!options.kept.empty() && request.frames == 0 && world->is_first()) {
    kept.emplace(options.kept, key_of(trained, examples, options), options.save_seconds);
    request.kept = &*kept;
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
  EvaluatedRun done{.name = run,
                    .result = eval::evaluate(*solver, *task, request, bar, record),
                    .origin = origin_of(trained, *examples.data, options.split),
                    .depth = request.search.depth(),
                    .examples = request.examples,
                    .drawings = {}};
  throw_if_interrupted();
  bar.finish();
  if (outputs && count > 0) outputs->commit();
  if (kept) kept->finish();
  done.drawings = drawn.drawings(has_colours(STDOUT_FILENO));
  if (!options.report.empty() && world->is_first()) {
    const auto json = experiment::report_json(done.result, done.depth, done.origin);
    write_text(options.report, report::evaluation_page(run, json, *task, player.puzzles()));
  }
  return done;
}

}  // namespace trm::apps
