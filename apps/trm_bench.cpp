#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "apps/app.h"
#include "apps/overrides.h"
#include "apps/rank_options.h"
#include "apps/result_file.h"
#include "bench/benchmark.h"
#include "bench/evaluation_benchmark.h"
#include "bench/scaling.h"
#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "dist/launcher.h"

namespace {

using namespace trm;

constexpr const char* kExamples = R"(
`limit` is the time that every matrix product of the step takes alone, with the same shapes, threads
and precision, in the same run, each by the fastest of LibTorch's ways: how near a step can come.
(Products of small tiles, which a processor's step uses where it can, may be a little faster.)

`parts` are what the workers of a step spend their time on: products, gates, norms, copies of operands
for products, attention, the loss; `rest` is what none of them has, LibTorch's own calls (without
tiles the gradient of attention) and waiting for the slowest worker among it.

`eval` evaluates a trained model: puzzles a second and where they go; with evaluate.halt beside the
full depth.

`scale` trains with several processes of this machine and tells what they gain and send.

Examples:
  trm-bench train configs/sudoku_6x6.yaml
  trm-bench train configs/sudoku_extreme_mlp.yaml train.batch=8 --json bench.json
  trm-bench scale configs/sudoku_6x6.yaml --ranks 1,2,4
  trm-bench eval runs/sudoku_6x6 evaluate.halt=q evaluate.threshold.q=2)";

struct Options {
  std::string config, run;
  apps::Overrides overrides{"trm-bench"};
  apps::ResultFile json;
  int64_t steps = 15;
  bool all = false;
  int64_t puzzles = 1000, rounds = 3;  // of an evaluation
  std::string ranks = "1,2";           // a list would take the words behind it
  std::string part;                    // of a rank that `scale` has started: the file of its timing
  int64_t part_threads = 1;            // and its threads where the config names no number
};

// `ranks`: whether several are started.
experiment::Experiment load(Options& options, bool ranks) {
  apps::place_run(options.run, {&options.config},
                  "config: none named; trm-bench train CONFIG.yaml");
  std::vector<std::string> idle = {"evaluate",
                                   "train.steps",
                                   "train.epochs",
                                   "train.eval_steps",
                                   "train.eval_epochs",
                                   "train.log_steps",
                                   "train.save_steps",
                                   "train.save_minutes",
                                   "train.keep",
                                   "train.keep_every",
                                   "train.best",
                                   "train.bad_steps",
                                   "train.skip_evaluations",
                                   "train.tensorboard"};
  if (!ranks) idle.emplace_back("dist");
  options.overrides.refuse(std::move(idle));
  return experiment::load_experiment(experiment::config_file_at(options.config),
                                     options.overrides.all());
}

std::vector<int> numbers_of(const std::string& list) {
  std::vector<int> numbers;
  for (const auto& text : CLI::detail::split(list, ',')) {
    int number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || number < 1 ||
        number > 4096) {
      throw Error("--ranks: '" + list + "' is no list of numbers from 1 to 4096, as 1,2,4");
    }
    numbers.push_back(number);
  }
  return numbers;
}

// What `scale` starts, once a rank.
void time_rank(Options& options) {
  watch_for_interrupts();
  auto experiment = load(options, /*ranks=*/true);
  if (experiment.threads == 0) experiment.threads = options.part_threads;
  const auto world = apps::join_ranks(experiment.dist.timeout);
  const auto timing = bench::time_ranks(experiment, options.steps, world);
  if (world->is_first()) write_text(options.part, bench::timing_json(timing).dump());
}

int scale(Options& options, int argc, char** argv) {
  load(options, /*ranks=*/true);  // what is wrong with it is told once
  const auto numbers = numbers_of(options.ranks);
  // As many for one rank as for several: what is compared is the ranks.
  const auto threads = std::max<int64_t>(
      1, apps::usual_threads() / *std::max_element(numbers.begin(), numbers.end()));
  const auto folder = fs::temp_directory_path() / fmt::format("trm-bench-{}", ::getpid());
  fs::create_directories(folder);
  const std::shared_ptr<void> removed(nullptr, [&](void*) { fs::remove_all(folder); });
  std::vector<bench::RankTiming> timings;
  auto json = nlohmann::ordered_json::array();
  int code = 0;
  for (const int ranks : numbers) {
    const auto part = folder / std::to_string(ranks);
    std::vector<std::string> command(argv, argv + argc);
    command.insert(command.end(),
                   {"--part", part.string(), "--part-threads", std::to_string(threads)});
    code = dist::run_ranks({ranks, 0, command});
    if (code != 0) break;
    timings.push_back(bench::timing_from(nlohmann::json::parse(read_text(part))));
    json.push_back(bench::timing_json(timings.back()));
  }
  if (code != 0) return code;
  apps::say(bench::scaling_text(timings));
  options.json.write(json);
  return 0;
}

void evaluate(Options& options) {
  apps::place_run(options.run, {&options.config}, "run: none named; trm-bench eval RUN");
  options.overrides.refuse(
      {"seed", "train", "optim", "init", "dist", "evaluate.outputs", "evaluate.limit"});
  std::vector<std::string> overrides = {"device=auto",
                                        fmt::format("threads={}", apps::usual_threads())};
  const auto given = options.overrides.all();
  overrides.insert(overrides.end(), given.begin(), given.end());
  auto trained = experiment::load_model(options.config, "ema", overrides);
  const auto timings = bench::benchmark_evaluation(trained, options.puzzles, options.rounds);
  apps::say(bench::evaluation_text(timings));
  options.json.write(bench::evaluation_json(timings));
}

void benchmark(Options& options) {
  const auto result = bench::benchmark_training(load(options, /*ranks=*/false), options.steps);
  apps::say(bench::benchmark_text(result, options.all));
  options.json.write(bench::benchmark_json(result));
}

}  // namespace

int main(int argc, char** argv) {
  return apps::run_program([&] {
    CLI::App app("Measures speed and memory.", "trm-bench");
    apps::prepare(app, kExamples);
    app.require_subcommand(1);
    Options options;
    const auto add = [&](const std::string& name, const std::string& what) {
      auto* command = app.add_subcommand(name, what);
      command->add_option("config", options.config, "The config, a YAML file; or a run folder")
          ->check(apps::is_name());
      options.overrides.add_words(*command);
      command->add_option("--run", options.run, "A run folder whose config is meant")
          ->type_name("FOLDER");
      options.json.add_json(*command);
      options.overrides.add_threads(*command);
      apps::add_quiet(*command);
      return command;
    };
    const auto add_steps = [&](CLI::App* command) {
      command->add_option("--steps", options.steps, "Steps to time")
          ->check(CLI::Range(3, 100000))
          ->capture_default_str();
    };
    auto* training = add("train", "A training step, its parts and its limit");
    training->add_flag("--all", options.all, "Every product of the limit as well");
    add_steps(training);
    auto* scaling = add("scale", "Training by several processes of this machine");
    add_steps(scaling);
    auto* evaluating = add("eval", "An evaluation of a trained model; name a run");
    evaluating->add_option("--puzzles", options.puzzles, "Test puzzles, the first ones")
        ->check(apps::at_least(1))
        ->capture_default_str();
    evaluating->add_option("--rounds", options.rounds, "Evaluations to take the median of")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    scaling->add_option("--ranks", options.ranks, "How many of them, as 1,2,4")
        ->type_name("NUMBERS")
        ->capture_default_str();
    scaling->add_option("--part", options.part)->group("");
    scaling->add_option("--part-threads", options.part_threads)->group("");
    if (const auto code = apps::parse(app, argc, argv)) return *code;
    if (!options.part.empty()) return time_rank(options), 0;
    if (evaluating->parsed()) return evaluate(options), 0;
    if (scaling->parsed()) return scale(options, argc, argv);
    benchmark(options);
    return 0;
  });
}
