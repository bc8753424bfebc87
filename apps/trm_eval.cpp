#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "apps/app.h"
#include "apps/eval_comparison.h"
#include "apps/eval_run.h"
#include "apps/model_options.h"
#include "apps/overrides.h"
#include "apps/rank_options.h"
#include "apps/result_file.h"
#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "experiment/report_json.h"

namespace {

using namespace trm;

constexpr const char* kExamples = R"(
A run folder stands for its best checkpoint on the validation set, or the newest one where the run
has no validation set. Scores are of the last supervision step, as the reference programs report;
intervals are Wilson's, of 95 %. How each puzzle is solved is the section `evaluate` of the config
(trm-train --help-config evaluate): deeper than in training, by several trajectories, which differ by
their random start or by noise, and a rule that chooses among them.

A long evaluation keeps what it has done and goes on from there when it is started again after a
signal, a crash or a kill. Several runs are compared puzzle by puzzle.

Examples:
  trm-eval runs/sudoku_6x6
  trm-eval runs/sudoku_6x6 --limit 1000 --depth 32 --json result.json
  trm-eval runs/sudoku_6x6 'evaluate.depth=[16, 32, 64]' evaluate.halt=q
  trm-eval runs/sudoku_6x6 evaluate.breadth=8 evaluate.noise.sigma=0.3 \
    'evaluate.select=[best_q, last, residual, vote, oracle]'
  trm-eval runs/sudoku_6x6 --limit 500 --report report.html
  trm-eval runs/a runs/b --data data/sudoku_6x6
  trm-eval runs/sudoku_6x6/checkpoints/step_500 --data data/other --weights raw --show 3
  trm-eval checkpoints/Sudoku-ACT-torch/trm/step_65100 --data data/sudoku-extreme-1k-aug-1000)";

struct Options {
  std::vector<std::string> runs;
  std::string results, predictions, report, kept = apps::usual_progress_folder();
  apps::ModelOptions model;
  apps::Overrides overrides{"trm-eval"};
  apps::ResultFile json;
  apps::RankOptions ranks;
  int64_t show = 0, played = 200;
  double save_seconds = 30;
  bool keeps = true;
};

// What the run itself was evaluated with on its machine comes last.
std::vector<std::string> overrides_of(const Options& options) {
  std::vector<std::string> overrides = {
      "device=auto", fmt::format("threads={}", apps::usual_threads()), "evaluate.limit=null"};
  const auto given = options.overrides.all();
  overrides.insert(overrides.end(), given.begin(), given.end());
  return overrides;
}

void write_texts(const std::string& folder, const data::Files& files) {
  for (const auto& [name, text] : files) write_text(fs::path(folder) / name, text);
}

int evaluate(const Options& options) {
  constexpr double kTimeout = 60;  // seconds without a sign of life of another rank
  const bool plain =
      options.predictions.empty() && options.results.empty() && options.report.empty();
  if (options.runs.size() > 1 && !plain)
    throw Error("--predictions, --results, --report: of one run; evaluate each by itself");
  watch_for_interrupts();
  const auto world = apps::join_ranks(kTimeout);
  const apps::EvalOptions how{.weights = options.model.weights,
                              .split = options.model.split,
                              .unknown = options.model.unknown,
                              .overrides = overrides_of(options),
                              .predictions = options.predictions,
                              .report = options.report,
                              .played = options.played,
                              .kept = options.keeps ? options.kept : "",
                              .save_seconds = options.save_seconds,
                              .show = options.show};
  if (options.runs.size() > 1) apps::check_comparable(options.runs, how);
  std::vector<apps::EvaluatedRun> runs;
  for (const auto& name : options.runs) {
    runs.push_back(apps::evaluate_run(name, how, world));
    if (!world->is_first()) continue;
    const auto& run = runs.back();
    apps::say((runs.size() > 1 ? "\n" : "") + run.drawings);
    apps::say(eval::report_text(run.result, run.origin));
    if (!options.results.empty()) write_texts(options.results, run.result.files);
  }
  if (!world->is_first()) return 0;
  if (runs.size() == 1) {
    const auto& run = runs.front();
    options.json.write(experiment::report_json(run.result, run.depth, run.origin));
  } else {
    apps::say(apps::comparison_text(runs));
    options.json.write(apps::comparison_json(runs));
  }
  for (const auto& run : runs) {
    if (run.kept) run.kept->finish();
  }
  return 0;
}

void add_options(CLI::App& app, Options& options) {
  app.add_option("run", options.runs,
                 "Run folders, checkpoints inside them, or files of weights (step_N of a "
                 "reference program, .pt, .safetensors)")
      ->type_name("RUN")
      ->expected(0, 1000)
      ->check(apps::is_name());
  auto& overrides = options.overrides;
  overrides.add_words(app);
  // They belong to training, or have been decided by it.
  overrides.refuse({"seed", "train", "optim", "init", "dist", "evaluate.outputs"});
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
  auto* report =
      app.add_option("--report", options.report,
                     "Write a page to look at to this file: scores, charts and a player of "
                     "puzzles; it needs nothing else")
          ->type_name("FILE.html")
          ->check(apps::writable_file());
  app.add_option("--report-puzzles", options.played,
                 "How many puzzles it plays, the first ones; with any, no progress is kept")
      ->check(apps::at_least(0))
      ->needs(report)
      ->capture_default_str();
  app.add_option("--show", options.show, "Draw this many puzzles")->check(apps::at_least(0));
  app.add_option("--keep", options.kept, "Where the progress of a long evaluation is kept")
      ->type_name("FOLDER")
      ->capture_default_str();
  app.add_option("--save-seconds", options.save_seconds, "Between two saves of it")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_flag("!--no-keep", options.keeps, "Keep none, and begin anew");
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
    CLI::App app("Evaluates trained models on a puzzle set.", "trm-eval");
    apps::prepare(app, kExamples);
    Options options;
    add_options(app, options);
    if (const auto code = apps::parse(app, argc, argv)) return *code;
    if (!options.model.run.empty() && !options.runs.empty())
      throw Error(options.runs.front() + ": one name too many beside --run");
    if (!options.model.run.empty()) options.runs = {options.model.run};
    if (options.runs.empty()) throw Error("run: none named; trm-eval RUN");
    if (options.ranks.asked()) return options.ranks.run(argc, argv, {});
    try {
      return evaluate(options);
    } catch (const apps::InterruptedAndKept& stopped) {
      fmt::print(stderr,
                 "stopped; what is done is kept in {}, the same command goes on from there\n",
                 stopped.folder.string());
      return 128 + stopped.signal;
    }
  });
}
