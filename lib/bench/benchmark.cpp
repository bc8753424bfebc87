#include "bench/benchmark.h"

#include <algorithm>
#include <chrono>
#include <functional>

#include "bench/product_timer.h"
#include "core/statistics.h"
#include "experiment/assemble.h"
#include "experiment/planned_step.h"
#include "tensor/memory.h"
#include "tensor/workers.h"

namespace trm::bench {
namespace {

// Median of one part over the steps.
double median_part(const std::vector<train::StepTimes>& times, double train::StepTimes::*part) {
  std::vector<double> values;
  for (const auto& step : times) values.push_back(step.*part);
  return median_of(std::move(values));
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Parts are timed in steps of their own, because on a GPU timing them means waiting between them;
// and not at all where steps are replayed, since a step of both ways has its memory twice.
StepTiming time_steps(train::Trainer& trainer, data::Loader& batches, const Compute& compute,
                      int64_t steps, int64_t workers) {
  constexpr int64_t kWarmUp = 5;
  std::vector<train::StepTimes> times;
  TakenMemory before;
  for (int64_t i = 0; i < kWarmUp + 2 * steps; ++i) {
    const bool parts = i % 2 == 0 && !trainer.replays();
    train::StepTimes step;
    if (i == kWarmUp) before = taken_memory(compute.device);
    if (i == kWarmUp && !compute.device.is_cuda()) start_part_clock();
    const double start = now();
    const auto batch = batches.next().to(compute.device);
    step.data = now() - start;
    trainer.advance(batch, nullptr, parts ? &step : nullptr);
    synchronize(compute.device);
    step.total = parts ? 0 : now() - start;
    if (i >= kWarmUp) times.push_back(step);
  }
  const auto after = taken_memory(compute.device);
  auto spent = stop_part_clock();
  for (auto& part : spent) part /= static_cast<double>(2 * steps * workers);
  std::vector<train::StepTimes> whole, split;
  for (const auto& step : times) (step.total > 0 ? whole : split).push_back(step);
  std::optional<StepTiming::Phases> phases;
  if (!split.empty()) {
    phases = {median_part(split, &train::StepTimes::forward),
              median_part(split, &train::StepTimes::backward),
              median_part(split, &train::StepTimes::optimizer)};
  }
  return {median_part(whole, &train::StepTimes::total),
          median_part(times, &train::StepTimes::data),
          phases,
          compute.device.is_cuda() ? std::nullopt : std::optional(spent),
          static_cast<double>(after.bytes - before.bytes) / static_cast<double>(2 * steps),
          static_cast<double>(after.faults - before.faults) / static_cast<double>(2 * steps)};
}

}  // namespace

Benchmark benchmark_training(experiment::Experiment experiment, int64_t steps) {
  Benchmark result;
  result.compute = experiment::resolve_compute(experiment);
  const auto puzzles = experiment::open_puzzles(experiment.data);
  auto trainer = experiment::build_trainer(experiment, puzzles, result.compute);
  result.workers = workers_for(result.compute, experiment::shards_of(experiment.train));
  {
    const auto batches = experiment::open_loader(experiment, puzzles, 1);
    result.timing = time_steps(*trainer, *batches, result.compute, steps, result.workers);
  }
  result.steps_per_second = 1 / result.timing.step;
  result.peak_memory_bytes = peak_memory_bytes(result.compute.device);

  const auto products = plan::step_products(experiment::planned_step(experiment), trainer->model());
  trainer.reset();  // a step that was recorded keeps its memory

  double operations = 0;
  const auto workers = static_cast<double>(result.workers);
  ProductTimer timer(result.compute, result.workers);
  for (const auto& [shape, times] : products) {
    const auto timed = timer.time(shape);
    result.products.push_back({shape, times, timed.seconds, timed.way});
    result.limit_seconds += timed.seconds * static_cast<double>(times) / workers;
    operations += shape.operations() * static_cast<double>(times);
  }
  result.limit_gflops = operations / result.limit_seconds * 1e-9;
  for (const int64_t size : {256, 512, 1024, 2048, 4096, 8192}) {
    if (size > 2048 && !result.compute.device.is_cuda()) break;  // seconds each, for the same rate
    const nn::Product square{1, size, size, size};
    result.best_square_gflops =
        std::max(result.best_square_gflops,
                 workers * square.operations() / timer.time(square).seconds * 1e-9);
  }
  return result;
}

}  // namespace trm::bench
