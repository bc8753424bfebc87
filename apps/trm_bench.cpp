#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "apps/app.h"
#include "core/error.h"
#include "core/file.h"
#include "experiment/benchmark.h"

namespace {

using namespace trm;

constexpr const char* kExamples = R"(
`limit` is the time that every matrix product of the step takes alone, with the same shapes, threads
and precision, in the same run: no program built on these products can be faster.

Examples:
  trm-bench train configs/sudoku_6x6.yaml
  trm-bench train configs/sudoku_extreme_mlp.yaml train.batch=8 --json bench.json)";

struct Options {
  std::string config, json;
  std::vector<std::string> overrides;
  int64_t steps = 15;
};

void benchmark(const Options& options) {
  const auto experiment = experiment::load_experiment(options.config, options.overrides);
  const auto result = experiment::benchmark_training(experiment, options.steps);
  fmt::print("{}", experiment::benchmark_text(result));
  if (!options.json.empty()) {
    write_text(options.json, experiment::benchmark_json(result).dump(2) + "\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  return apps::run_program([&] {
    CLI::App app("Measures speed and memory.", "trm-bench");
    apps::prepare(app, kExamples);
    app.require_subcommand(1);
    Options options;
    auto* train = app.add_subcommand("train", "A training step, its parts and its limit");
    train->add_option("config", options.config, "The config, a YAML file")->required();
    train->add_option("overrides", options.overrides, "Keys to set, as key=value");
    train->add_option("--json", options.json, "Write the result as JSON to this file");
    train->add_option("--steps", options.steps, "Steps to time")
        ->check(CLI::Range(3, 100000))
        ->capture_default_str();
    if (const auto code = apps::parse(app, argc, argv)) return *code;
    benchmark(options);
    return 0;
  });
}
