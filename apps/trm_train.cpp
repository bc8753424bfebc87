#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "apps/app.h"
#include "apps/overrides.h"
#include "apps/rank_options.h"
#include "apps/result_file.h"
#include "bench/run_cost.h"
#include "core/config_dump.h"
#include "core/config_help.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/terminal.h"
#include "dist/world.h"
#include "experiment/metrics.h"
#include "experiment/session.h"
#include "experiment/signature.h"

namespace {

using namespace trm;

constexpr const char* kExamples = R"(
Any key of the config can be set on the command line; --help-config lists them all.
A run folder in the place of the config continues that run, as the same command with its --run does.

Examples:
  trm-train configs/sudoku_6x6.yaml
  trm-train configs/sudoku_6x6.yaml model.width=128 train.steps=2000 --run runs/wide
  trm-train runs/wide
  trm-train configs/sudoku_extreme_mlp.yaml --time
  trm-train configs/sudoku_extreme_mlp.yaml --ranks 4 --max-restarts 3
  trm-train --help-config optim)";

struct Options {
  std::string config, run;
  apps::Overrides overrides{"trm-train"};
  apps::ResultFile json;
  apps::RankOptions ranks;
  std::string help_filter;
  bool dry_run = false, timed = false, signature = false;
};

void show_result(const experiment::SessionResult& result, const std::string& run,
                 const apps::ResultFile& json) {
  auto line = experiment::evaluation_line(result.step, "test/", *result.test);
  line["run"] = run;
  if (result.best_step) line["best_step"] = *result.best_step;
  json.write(line);
  apps::say(experiment::evaluation_note("test", *result.test) + "\n");
  if (result.best_step)
    apps::say(fmt::format("best on the validation set: step {}\n", *result.best_step));
  if (!is_quiet()) apps::say(fmt::format("next: trm-eval {0}   or   trm-solve {0} PUZZLE\n", run));
}

// A GPU with too little memory is told what would fit. All that the run had there is given back.
experiment::SessionResult run_on_device(const experiment::Experiment& experiment,
                                        run::RunFolder& folder,
                                        std::shared_ptr<dist::World> world) {
  const auto ranks = world->ranks();
  try {
    return experiment::run_session(experiment, folder, std::move(world));
  } catch (const c10::OutOfMemoryError&) {
  }
  throw Error(bench::memory_advice(bench::cost_of_run(experiment, /*timed=*/false, ranks)));
}

int train(experiment::Experiment experiment, const fs::path& path, const apps::ResultFile& json) {
  watch_for_interrupts();
  if (experiment.threads == 0) experiment.threads = apps::usual_threads();
  const auto world = apps::join_ranks(experiment.dist.timeout);
  const auto name = world->broadcast_text(path.string());
  const auto folder = world->is_first() ? std::make_unique<run::RunFolder>(name)
                                        : run::RunFolder::of_another_rank(name);
  log_info(world->ranks() == 1 ? fmt::format("run {}", name)
                               : fmt::format("run {}, {} ranks", name, world->ranks()));
  const auto result = run_on_device(experiment, *folder, world);
  if (result.signal != 0) {
    log_info(
        fmt::format("stopped and saved at step {}; to go on: trm-train {}", result.step, name));
    return 128 + result.signal;
  }
  if (world->is_first()) show_result(result, name, json);
  return 0;
}

// Where the run goes: --run, else the run folder that stands for its config, else one of its own.
fs::path folder_of(const Options& options) {
  if (!options.run.empty()) return options.run;
  if (fs::is_directory(options.config)) return options.config;
  return run::default_run_folder(options.config);
}

void dry_run(experiment::Experiment experiment, const Options& options) {
  const auto cost = bench::cost_of_run(experiment, options.timed);
  experiment::resolve_compute(experiment);
  apps::say(dump_config(experiment) + "\n" + bench::cost_text(cost));
  options.json.write(bench::cost_json(cost));
}

// All ranks, and all starts of them, have the run folder that is chosen here.
int start_ranks(const Options& options, int argc, char** argv) {
  std::vector<std::string> more;
  if (options.run.empty() && !fs::is_directory(options.config))
    more = {"--run", folder_of(options).string()};
  return options.ranks.run(argc, argv, more);
}

int start(const Options& options, int argc, char** argv) {
  const auto config = experiment::config_file_at(options.config);
  const auto experiment = experiment::load_experiment(config, options.overrides.all());
  const bool trains = !options.dry_run && !options.timed && !options.signature;
  if (trains && options.ranks.asked()) return start_ranks(options, argc, argv);
  for (const auto& doubt : experiment::doubts_about(experiment)) log_warning(doubt);
  if (options.dry_run || options.timed) {
    dry_run(experiment, options);
    return 0;
  }
  if (options.signature) {
    fmt::print("{}", experiment::signature(experiment));
    return 0;
  }
  return train(experiment, folder_of(options), options.json);
}

}  // namespace

int main(int argc, char** argv) {
  return apps::run_program([&] {
    CLI::App app("Trains a tiny recursive model from a YAML config.", "trm-train");
    apps::prepare(app, kExamples);
    Options options;
    app.add_option("config", options.config,
                   "The config, a YAML file; or a run folder, to continue that run")
        ->check(apps::is_name());
    options.overrides.add_words(app);
    app.add_option("--run", options.run,
                   "Run folder; one named after config and time when not given")
        ->type_name("FOLDER");
    options.json.add_json(app);
    options.overrides.add_threads(app);
    options.ranks.add(app, /*restarts=*/true);
    apps::add_quiet(app);
    auto* help = app.add_option("--help-config", options.help_filter,
                                "Every key with its default and meaning; of a section, as "
                                "model.core, or with a word in it")
                     ->type_name("[WORD]")
                     ->expected(0, 1);
    app.add_flag("--dry-run", options.dry_run,
                 "Show the resolved config, evaluations, arithmetic and memory; train nothing");
    app.add_flag("--time", options.timed,
                 "The same, and how long the run will take, by a few steps that change nothing");
    app.add_flag("--signature", options.signature,
                 "Show what a change of numbers would change: shapes, batches, losses");
    if (const auto code = apps::parse(app, argc, argv)) return *code;
    if (help->count() > 0) {
      fmt::print("{}", help_config<experiment::Experiment>(options.help_filter,
                                                           page_width(STDOUT_FILENO)));
      return 0;
    }
    if (options.config.empty()) {
      throw Error("config: none named; trm-train CONFIG.yaml, see trm-train --help");
    }
    return start(options, argc, argv);
  });
}
