#include "bench/evaluation_benchmark.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace trm::bench {
namespace {

constexpr Part kShown[] = {Part::kProducts, Part::kGate,      Part::kNorm,
                           Part::kCopies,   Part::kAttention, Part::kLoss};

EvaluationTiming timed(experiment::TrainedModel& trained, const experiment::Examples& examples,
                       int64_t rounds) {
  const auto& experiment = trained.experiment;
  const auto task = experiment.data.task.create<data::Task>(examples.data->info());
  const auto solver = experiment::make_solver(experiment, *trained.model);
  const eval::Request request{.data = examples.data,
                              .examples = examples.numbers,
                              .batch = experiment::evaluation_batch(experiment),
                              .search = experiment::search_of(experiment, trained.model->motion()),
                              .whole_output = false};
  auto silent = Progress::silent();
  std::vector<double> seconds;
  double workers = 1;
  EvaluationTiming timing{.halt = experiment.evaluate.search.halt};
  const bool clocked = !trained.compute.device.is_cuda();
  for (int64_t i = 0; i <= rounds; ++i) {  // the first sets things up
    if (i == 1 && clocked) start_part_clock();
    const auto result = eval::evaluate(*solver, *task, request, silent);
    timing.puzzles = result.puzzles;
    workers = static_cast<double>(result.workers);
    timing.mean_steps = result.mean_steps;
    timing.exact_accuracy = result.scores.exact_accuracy;
    timing.standard_error = result.standard_error();
    if (i > 0) seconds.push_back(result.seconds);
  }
  if (clocked) timing.parts = stop_part_clock();
  for (auto& part : timing.parts) part /= workers * static_cast<double>(rounds);
  std::sort(seconds.begin(), seconds.end());
  timing.seconds = seconds[seconds.size() / 2];
  return timing;
}

}  // namespace

std::vector<EvaluationTiming> benchmark_evaluation(experiment::TrainedModel& trained,
                                                   int64_t puzzles, int64_t rounds) {
  auto examples = experiment::open_examples(trained.experiment.data, "test");
  const auto most = static_cast<int64_t>(examples.numbers.size());
  examples.numbers.resize(static_cast<size_t>(std::min(puzzles, most)));
  std::vector<EvaluationTiming> timings;
  auto& halt = trained.experiment.evaluate.search.halt;
  const auto asked = halt;
  halt = "never";
  timings.push_back(timed(trained, examples, rounds));
  halt = asked;
  if (asked != "never") timings.push_back(timed(trained, examples, rounds));
  return timings;
}

std::string evaluation_text(const std::vector<EvaluationTiming>& timings) {
  std::string text;
  for (const auto& t : timings) {
    text += fmt::format("halt: {}\n  {:<12} {:>10.1f}  puzzles a second\n", t.halt, "rate",
                        t.puzzles_per_second());
    text += fmt::format("  {:<12} {:>10.2f}  supervision steps a puzzle, {:.3f} ms each\n", "steps",
                        t.mean_steps,
                        1e3 * t.seconds / (t.mean_steps * static_cast<double>(t.puzzles)));
    text += fmt::format("  {:<12} {:>9.2f} % +- {:.2f} of {} puzzles\n", "exact",
                        100 * t.exact_accuracy, 100 * t.standard_error, t.puzzles);
    double known = 0;
    for (const auto part : kShown) {
      const double share = t.parts[static_cast<size_t>(part)] / t.seconds;
      known += share;
      if (share > 0) text += fmt::format("  {:<12} {:>9.1f} %\n", name_of(part), 100 * share);
    }
    if (known > 0) text += fmt::format("  {:<12} {:>9.1f} %\n", "rest", 100 * (1 - known));
  }
  if (timings.size() > 1) {
    text += fmt::format("halting: {:.2f} times the puzzles a second of full depth\n",
                        timings.back().puzzles_per_second() / timings.front().puzzles_per_second());
  }
  return text;
}

nlohmann::ordered_json evaluation_json(const std::vector<EvaluationTiming>& timings) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& t : timings) {
    nlohmann::ordered_json json = {{"halt", t.halt},
                                   {"puzzles", t.puzzles},
                                   {"seconds", t.seconds},
                                   {"puzzles_per_second", t.puzzles_per_second()},
                                   {"mean_steps", t.mean_steps},
                                   {"exact_accuracy", t.exact_accuracy},
                                   {"standard_error", t.standard_error}};
    for (const auto part : kShown)
      json["parts"][std::string(name_of(part))] = t.parts[static_cast<size_t>(part)];
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace trm::bench
