#include <fmt/format.h>

#include "apps/app.h"
#include "core/config_dump.h"
#include "core/config_help.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "experiment/metrics.h"
#include "experiment/plan.h"
#include "experiment/session.h"
#include "experiment/signature.h"

namespace {

using namespace trm;

constexpr const char* kExamples = R"(
Any key of the config can be set on the command line; --help-config lists them all.
The same command with --run and the folder of an earlier run continues that run.

Examples:
  trm-train configs/sudoku_6x6.yaml
  trm-train configs/sudoku_6x6.yaml model.width=128 train.steps=2000 --run runs/wide
  trm-train configs/sudoku_extreme_mlp.yaml --dry-run)";

struct Options {
  std::string config;
  std::vector<std::string> overrides;
  std::string run;
  bool help_config = false, dry_run = false, signature = false;
};

int start(const Options& options) {
  const auto experiment = experiment::load_experiment(options.config, options.overrides);
  if (options.dry_run) {
    fmt::print("{}", experiment::describe_plan(experiment));
    return 0;
  }
  if (options.signature) {
    fmt::print("{}", experiment::signature(experiment));
    return 0;
  }
  watch_for_interrupts();
  run::RunFolder folder(options.run.empty() ? run::default_run_folder(options.config)
                                            : std::filesystem::path(options.run));
  const auto name = folder.path().string();
  log_info(fmt::format("run {}", name));
  const auto result = experiment::run_session(experiment, folder);
  if (result.signal != 0) {
    log_info(
        fmt::format("stopped and saved at step {}; to go on, run the same command with --run {}",
                    result.step, name));
    return 128 + result.signal;
  }
  fmt::print("{}\n", experiment::evaluation_note("test", *result.test));
  if (result.best_step) fmt::print("best on the validation set: step {}\n", *result.best_step);
  fmt::print("next: trm-eval {}   or   trm-solve {} PUZZLE\n", name, name);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return apps::run_program([&] {
    CLI::App app("Trains a tiny recursive model from a YAML config.", "trm-train");
    apps::prepare(app, kExamples);
    Options options;
    app.add_option("config", options.config, "The config, a YAML file");
    app.add_option("overrides", options.overrides, "Keys to set, as key=value");
    app.add_option("--run", options.run,
                   "Run folder; one named after config and time when not given");
    app.add_flag("--help-config", options.help_config, "Every key with its default and meaning");
    app.add_flag("--dry-run", options.dry_run,
                 "Show the resolved config, parameters, arithmetic and memory; train nothing");
    app.add_flag("--signature", options.signature,
                 "Show what a change of numbers would change: shapes, batches, losses");
    if (const auto code = apps::parse(app, argc, argv)) return *code;
    if (options.help_config) {
      fmt::print("{}", help_config<experiment::Experiment>());
      return 0;
    }
    if (options.config.empty()) {
      throw Error("config: none named; trm-train CONFIG.yaml, see trm-train --help");
    }
    return start(options);
  });
}
