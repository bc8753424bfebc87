#include "bench/run_cost.h"

#include <algorithm>
#include <chrono>

#include "eval/evaluator.h"
#include "experiment/assemble.h"
#include "experiment/choice.h"
#include "experiment/planned_step.h"
#include "tensor/cuda_runtime.h"
#include "tensor/memory.h"
#include "tensor/workers.h"

namespace trm::bench {
namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Evaluations before the one at the end, as the session makes them.
int64_t count_evaluations(const experiment::Experiment& e, const experiment::Puzzles& puzzles,
                          int64_t steps) {
  const auto interval = experiment::evaluation_interval(e.train, puzzles);
  const bool validate = !puzzles.validation_examples.empty();
  if (!interval) return validate ? 1 : 0;
  const int64_t regular = steps / *interval, skipped = std::min(e.train.skip_evaluations, regular);
  const bool at_end = steps % *interval == 0;
  // With a validation set the last step has one; without, the test at the end takes its place.
  if (validate) return regular - skipped + (at_end && regular > skipped ? 0 : 1);
  return regular - skipped - (at_end && regular > skipped ? 1 : 0);
}

// RunCost::fitting_shards of a step.
std::optional<int64_t> fitting_shards(plan::Step step, const model::Model& model, bool fits,
                                      double process_bytes, double free_bytes) {
  const bool gpu = model.compute().device.is_cuda();
  if (fits && !gpu) return std::nullopt;
  const int64_t from = gpu ? 1 : step.shards + 1;
  return plan::least_shards(step.batch, from, [&](int64_t shards) {
    step.shards = shards;
    return plan::plan_run(step, model, process_bytes).memory_bytes() <= free_bytes;
  });
}

// Seconds of a step, by a few after those that set things up: a graph is recorded in the second.
double time_step(train::Trainer& trainer, data::Loader& batches, const Compute& compute) {
  constexpr double kEnough = 5;  // seconds
  constexpr int kSetUp = 2, kMost = 10;
  double seconds = 0, spent = 0;
  int steps = 0;
  for (int i = 0; i < kSetUp + kMost && seconds < kEnough; ++i) {
    const double start = now();
    trainer.advance(batches.next().to(compute.device));
    synchronize(compute.device);
    const double taken = now() - start;
    spent += taken;
    if (i < kSetUp && spent < kEnough) continue;
    seconds += taken;
    ++steps;
  }
  return seconds / steps;
}

// Seconds of a puzzle's `depth` supervision steps, by one of the first puzzles, as many as keep all
// workers busy.
double time_puzzle(const experiment::Experiment& e, model::Model& model,
                   const experiment::Puzzles& puzzles, const Compute& compute, int64_t depth) {
  const auto solver = experiment::make_solver(e, model);
  eval::Request request{.data = puzzles.test,
                        .examples = {},
                        .batch = experiment::evaluation_batch(e),
                        .whole_output = false};
  const auto of_all = eval::kRowsOfWorker * workers_for(compute, puzzles.test->examples());
  request.examples =
      eval::first_examples(*puzzles.test, compute.device.is_cuda() ? request.batch : of_all);
  request.search.depths = {1};
  auto silent = Progress::silent();
  double seconds = 0;
  for (int i = 0; i < 2; ++i)  // the first sets things up
    seconds = eval::evaluate(*solver, *puzzles.task, request, silent).seconds;
  return seconds * static_cast<double>(depth) / static_cast<double>(request.examples.size());
}

}  // namespace

int64_t RunCost::evaluated_puzzles() const {
  return evaluations * (validation_puzzles > 0 ? validation_puzzles : test_puzzles) + test_puzzles;
}

double RunCost::training_seconds() const {
  return step_seconds.value() * static_cast<double>(steps);
}

double RunCost::evaluation_seconds() const {
  return puzzle_seconds.value() * static_cast<double>(evaluated_puzzles());
}

RunCost cost_of_run(experiment::Experiment experiment, bool timed, int64_t ranks) {
  const auto compute = experiment::resolve_compute(experiment);
  const auto process_bytes = static_cast<double>(resident_bytes());
  auto free_bytes = free_memory_bytes(compute.device);
  if (free_bytes && compute.device.is_cpu()) *free_bytes += resident_bytes();  // is the run's, too
  const auto puzzles = experiment::open_puzzles(experiment.data);
  experiment::scores_that_choose(experiment, puzzles);  // what a run would refuse is refused here
  RunCost cost;
  const auto trainer = timed ? experiment::build_trainer(experiment, puzzles, compute) : nullptr;
  const auto model = timed ? nullptr : experiment::build_model(experiment, puzzles.spec(), compute);
  auto& built = timed ? trainer->model() : *model;
  const auto step = experiment::planned_step(experiment);
  cost.step = plan::plan_run(step, built, process_bytes);
  cost.steps = experiment::total_steps(experiment.train, puzzles);
  cost.groups = static_cast<int64_t>(puzzles.training_groups.size());
  cost.all_groups = puzzles.train->groups();
  cost.puzzle_ids = puzzles.spec().puzzles;
  cost.evaluations = count_evaluations(experiment, puzzles, cost.steps);
  cost.validation_puzzles = static_cast<int64_t>(puzzles.validation_examples.size());
  cost.all_test_puzzles = puzzles.test->examples();
  cost.test_puzzles =
      std::min(cost.all_test_puzzles, experiment.evaluate.limit.value_or(cost.all_test_puzzles));
  if (compute.device.is_cuda()) cost.device = described(cuda::gpus(), compute.device.index());
  cost.shards = step.shards;
  cost.replays = experiment::replays_steps(experiment.train, compute, ranks);
  cost.free_bytes = free_bytes;
  if (free_bytes) {
    const auto most = static_cast<double>(*free_bytes);
    cost.fits = cost.step.memory_bytes() <= most;
    cost.fitting_shards = fitting_shards(step, built, cost.fits, process_bytes, most);
  }
  if (timed) {
    const auto batches = experiment::open_loader(experiment, puzzles, 1);
    cost.step_seconds = time_step(*trainer, *batches, compute);
    cost.puzzle_seconds = time_puzzle(experiment, built, puzzles, compute, step.evaluation_depth);
  }
  return cost;
}

}  // namespace trm::bench
