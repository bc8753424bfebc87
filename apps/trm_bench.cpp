#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "apps/app.h"
#include "apps/overrides.h"
#include "apps/result_file.h"
#include "bench/benchmark.h"
#include "core/error.h"

namespace {

using namespace trm;

constexpr const char* kExamples = R"(
`limit` is the time that every matrix product of the step takes alone, with the same shapes, threads
and precision, in the same run: no program built on these products can be faster.

Examples:
  trm-bench train configs/sudoku_6x6.yaml
  trm-bench train configs/sudoku_extreme_mlp.yaml train.batch=8 --json bench.json)";

struct Options {
  std::string config, run;
  apps::Overrides overrides{"trm-bench"};
  apps::ResultFile json;
  int64_t steps = 15;
};

void benchmark(Options& options) {
  apps::place_run(options.run, {&options.config},
                  "config: none named; trm-bench train CONFIG.yaml");
  options.overrides.refuse({"evaluate", "train.steps", "train.epochs", "train.eval_steps",
                            "train.eval_epochs", "train.skip_evaluations", "train.log_steps",
                            "train.save_steps", "train.keep"});
  const auto experiment = experiment::load_experiment(experiment::config_file_at(options.config),
                                                      options.overrides.all());
  const auto result = bench::benchmark_training(experiment, options.steps);
  apps::say(bench::benchmark_text(result));
  options.json.write(bench::benchmark_json(result));
}

}  // namespace

int main(int argc, char** argv) {
  return apps::run_program([&] {
    CLI::App app("Measures speed and memory.", "trm-bench");
    apps::prepare(app, kExamples);
    app.require_subcommand(1);
    Options options;
    auto* train = app.add_subcommand("train", "A training step, its parts and its limit");
    train->add_option("config", options.config, "The config, a YAML file; or a run folder")
        ->check(apps::is_name());
    options.overrides.add_words(*train);
    train->add_option("--run", options.run, "A run folder whose config is meant")
        ->type_name("FOLDER");
    options.json.add_json(*train);
    options.overrides.add_threads(*train);
    apps::add_quiet(*train);
    train->add_option("--steps", options.steps, "Steps to time")
        ->check(CLI::Range(3, 100000))
        ->capture_default_str();
    if (const auto code = apps::parse(app, argc, argv)) return *code;
    benchmark(options);
    return 0;
  });
}
