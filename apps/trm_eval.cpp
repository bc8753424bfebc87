#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "apps/app.h"
#include "apps/model_options.h"
#include "apps/overrides.h"
#include "apps/rank_options.h"
#include "apps/result_file.h"
#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/terminal.h"
#include "eval/report.h"
#include "experiment/known_puzzles.h"
#include "experiment/metrics.h"
#include "experiment/report_json.h"

namespace {

using namespace trm;

constexpr const char* kExamples = R"(
A run folder stands for its best checkpoint on the validation set, or the newest one where the run
has no validation set. Scores are of the last supervision step, as the reference programs report.

Examples:
  trm-eval runs/sudoku_6x6
  trm-eval runs/sudoku_6x6 --limit 1000 --depth 32 --json result.json
  trm-eval runs/sudoku_6x6/checkpoints/step_500 --data data/other --weights raw --show 3
  trm-eval checkpoints/Sudoku-ACT-torch/trm/step_65100 --data data/sudoku-extreme-1k-aug-1000)";

struct Options {
  std::string run, results, predictions;
  apps::ModelOptions model;
  apps::Overrides overrides{"trm-eval"};
  apps::ResultFile json;
  apps::RankOptions ranks;
  int64_t show = 0;
};

// What the run itself was evaluated with on its machine comes last.
std::vector<std::string> overrides_of(const Options& options) {
  std::vector<std::string> overrides = {
      "device=auto", fmt::format("threads={}", apps::usual_threads()), "evaluate.limit=null"};
  const auto given = options.overrides.all();
  overrides.insert(overrides.end(), given.begin(), given.end());
  return overrides;
}

void check_grid(const GridSpec& data, const GridSpec& model, const std::string& name) {
  if (data.cells != model.cells || data.vocabulary != model.vocabulary) {
    throw Error(
        fmt::format("{}: {} cells of {} tokens, and the model was trained on {} cells of {}; "
                    "name a data folder of its kind with --data",
                    name, data.cells, data.vocabulary, model.cells, model.vocabulary));
  }
}

int evaluate(const Options& options) {
  constexpr double kTimeout = 60;  // seconds without a sign of life of another rank
  watch_for_interrupts();
  const auto world = apps::join_ranks(kTimeout);
  auto trained = experiment::load_model(options.run, options.model.weights, overrides_of(options));
  const auto& experiment = trained.experiment;
  auto examples = experiment::open_examples(experiment.data, options.model.split);
  check_grid(examples.data->spec(), trained.model->spec(), examples.data->name());
  const auto task = experiment.data.task.create<data::Task>(examples.data->info());
  const auto most = static_cast<int64_t>(examples.numbers.size());
  examples.numbers.resize(
      static_cast<size_t>(std::min(experiment.evaluate.limit.value_or(most), most)));
  examples = experiment::as_model_knows(trained, examples, options.model.unknown);
  const auto& data = examples.data;
  const eval::Request request{
      data,
      examples.numbers,
      experiment.evaluate.batch.value_or(experiment.train.batch),
      experiment.evaluate.depth.value_or(experiment.model.halting.max_steps),
      experiment.evaluate.compatible,
      /*interruptible=*/true,
      /*earlier=*/{},
      world};

  eval::AnswerRecorder drawn(*task, options.show);
  const auto count = static_cast<int64_t>(request.examples.size());
  std::optional<eval::OutputWriter> outputs;
  if (!options.predictions.empty() && world->is_first()) {
    outputs.emplace(options.predictions,
                    std::vector<std::string>{"inputs", "labels", "preds", "puzzle_identifiers",
                                             "q_halt_logits"},
                    count);
  }
  const auto record = [&](const eval::Answers& answers) {
    drawn.add(answers);
    if (outputs) outputs->add(answers);
  };
  auto bar = Progress::to_stderr("evaluate", count);
  const auto result =
      eval::evaluate(*trained.model, *trained.token_loss, *task, request, bar, record);
  throw_if_interrupted();
  bar.finish();
  if (!world->is_first()) return 0;
  if (outputs && count > 0) outputs->commit();

  const eval::Origin origin{.checkpoint = trained.source.string(),
                            .checkpoint_step = trained.step,
                            .weights = trained.weights,
                            .data = options.model.split == "validation"
                                        ? data->name() + ", what is held back for validation"
                                        : data->name(),
                            .data_hash = data->hash(),
                            .config_hash = trained.config_hash,
                            .made_by = experiment::made_by(),
                            .device = experiment.device,
                            .precision = experiment.precision};
  apps::say(drawn.drawings(has_colours(STDOUT_FILENO)));
  apps::say(eval::report_text(result, origin));
  options.json.write(experiment::report_json(result, request.depth, origin));
  if (!options.results.empty()) {
    for (const auto& [name, text] : result.files)
      write_text(fs::path(options.results) / name, text);
  }
  return 0;
}

void add_options(CLI::App& app, Options& options) {
  app.add_option("run", options.run,
                 "A run folder, a checkpoint inside one, or a file of weights (step_N of a "
                 "reference program, .pt, .safetensors)")
      ->check(apps::is_name());
  auto& overrides = options.overrides;
  overrides.add_words(app);
  // They belong to training, or have been decided by it.
  overrides.refuse({"seed", "train", "optim", "init", "evaluate.outputs"});
  options.model.add(app, overrides);
  overrides.add_option(app, "--limit", "evaluate.limit", "Puzzles at most; all when not given")
      ->type_name("NUMBER");
  options.json.add_json(app);
  app.add_option("--predictions", options.predictions,
                 "Write inputs, labels and answers to this safetensors file")
      ->type_name("FILE")
      ->check(apps::writable_file());
  app.add_option("--results", options.results,
                 "Write what the task makes of all answers to this folder: of ARC submission.json "
                 "and tasks.json")
      ->type_name("FOLDER")
      ->check(apps::writable_folder());
  app.add_option("--show", options.show, "Draw this many puzzles")->check(apps::at_least(0));
  overrides.add_option(app, "--batch", "evaluate.batch", "Puzzles at once")->type_name("NUMBER");
  overrides.add_option(app, "--precision", "precision", "As in training when not given")
      ->type_name(apps::kPrecisionType);
  overrides.add_threads(app);
  options.ranks.add(app, /*restarts=*/false);
  apps::add_quiet(app);
}

}  // namespace

int main(int argc, char** argv) {
  return apps::run_program([&] {
    CLI::App app("Evaluates a trained model on a puzzle set.", "trm-eval");
    apps::prepare(app, kExamples);
    Options options;
    add_options(app, options);
    if (const auto code = apps::parse(app, argc, argv)) return *code;
    apps::place_run(options.model.run, {&options.run}, "run: none named; trm-eval RUN");
    if (options.ranks.asked()) return options.ranks.run(argc, argv, {});
    return evaluate(options);
  });
}
