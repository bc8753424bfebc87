#include "bench/scaling.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "core/terminal.h"
#include "experiment/assemble.h"

namespace trm::bench {
namespace {

double efficiency(const RankTiming& timing, const RankTiming& first) {
  return timing.steps_per_second * first.ranks / (first.steps_per_second * timing.ranks);
}

}  // namespace

RankTiming time_ranks(experiment::Experiment experiment, int64_t steps,
                      const std::shared_ptr<dist::World>& world) {
  constexpr int64_t kWarmUp = 3;
  const auto compute = experiment::resolve_compute(experiment);
  const auto puzzles = experiment::open_puzzles(experiment.data);
  const auto trainer = experiment::build_trainer(experiment, puzzles, compute, world);
  const auto division = experiment::division_of(experiment.train, *world);
  const auto batches = experiment::open_loader(experiment, puzzles, 1, division);
  const auto train = [&](int64_t count) {
    for (int64_t i = 0; i < count; ++i) trainer->advance(batches->next().to(compute.device));
    synchronize(compute.device);
    world->barrier();
  };
  train(kWarmUp);
  const auto before = world->traffic();
  const auto start = std::chrono::steady_clock::now();
  train(steps);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  const auto after = world->traffic();
  const auto count = static_cast<double>(steps);
  return {.ranks = world->ranks(),
          .steps_per_second = count / seconds.count(),
          .communication_seconds = (after.seconds - before.seconds) / count,
          .bytes_sent = static_cast<double>(after.bytes_sent - before.bytes_sent) / count};
}

std::string scaling_text(const std::vector<RankTiming>& timings) {
  auto text = fmt::format("  {:>5} {:>10} {:>11} {:>22} {:>16}\n", "ranks", "steps/s", "efficiency",
                          "communication, a step", "sent, a step");
  for (const auto& t : timings) {
    text += fmt::format("  {:>5} {:>10.3f} {:>9.1f} % {:>19.2f} ms {:>16}\n", t.ranks,
                        t.steps_per_second, 100 * efficiency(t, timings.front()),
                        1e3 * t.communication_seconds, human_bytes(t.bytes_sent));
  }
  return text;
}

nlohmann::ordered_json timing_json(const RankTiming& t) {
  return {{"ranks", t.ranks},
          {"steps_per_second", t.steps_per_second},
          {"communication_seconds", t.communication_seconds},
          {"bytes_sent", t.bytes_sent}};
}

RankTiming timing_from(const nlohmann::json& json) {
  return {json.at("ranks").get<int>(), json.at("steps_per_second").get<double>(),
          json.at("communication_seconds").get<double>(), json.at("bytes_sent").get<double>()};
}

}  // namespace trm::bench
