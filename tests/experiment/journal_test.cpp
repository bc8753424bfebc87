// How far a run had come, in every line of its log.

#include "experiment/journal.h"

#include <array>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "experiment/assemble.h"
#include "experiment/session.h"
#include "tests/catch.h"
#include "tests/events.h"
#include "tests/experiment/run_comparison.h"
#include "tests/experiment/small_experiment.h"

namespace trm::experiment {
namespace {

using nlohmann::json;

SessionResult train(const SmallExperiment& small, const std::string& name,
                    const std::vector<std::string>& overrides = {}) {
  run::RunFolder run(small.scratch / name);
  return run_session(small.load(overrides), run);
}

// With its times.
std::vector<json> lines_of(const fs::path& run) {
  std::vector<json> lines;
  run::each_log_line(run, [&](const json& line) { lines.push_back(line); });
  return lines;
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

TEST_CASE("every line of a log says how far the run had come", "[unit]") {
  const SmallExperiment small;
  const auto before = seconds_now();
  train(small, "run");
  const auto after = seconds_now();
  const auto lines = lines_of(small.scratch / "run");
  REQUIRE(lines.size() == 7);
  double computed = 0, written = before - 0.001;
  int64_t taken = 0;
  for (const auto& line : lines) {
    INFO(line.dump());
    // 48 training groups and batches of 8: six steps an epoch.
    CHECK(line["epoch"].get<double>() == Approx(line["step"].get<double>() / 6));
    CHECK(line["examples"].is_number_integer());
    CHECK(line["examples"] >= taken);
    CHECK(line["compute_seconds"] >= computed);
    CHECK(line["unix_seconds"] >= written);
    computed = line["compute_seconds"];
    taken = line["examples"];
    written = line["unix_seconds"];
  }
  CHECK(computed > 0);
  CHECK(computed < after - before);
  CHECK(written <= after);
  // Every row takes a puzzle at once, and none halts later than after three supervision steps.
  CHECK(lines[0]["examples"] >= 8);
  CHECK(taken >= 8 * 4);
  CHECK(taken <= 8 * 12);
}

TEST_CASE("examples are the puzzles that rows took, by the carry of every step", "[unit]") {
  const SmallExperiment small;
  auto experiment = small.load({"train.steps=40", "model.halting.exploration=0.5"});
  const auto compute = resolve_compute(experiment);
  const auto puzzles = open_puzzles(experiment.data);
  const auto trainer = build_trainer(experiment, puzzles, compute);
  const auto loader = open_loader(experiment, puzzles, 1);
  int64_t taken = 8;  // at the first step
  for (int64_t step = 1; step <= 40; ++step) {
    trainer->advance(loader->next());
    CHECK(trainer->examples() == taken);
    taken += trainer->save().carry.at("halted").sum().item<int64_t>();
  }
}

TEST_CASE("what a run had computed is carried over a resume", "[unit]") {
  const SmallExperiment small;
  train(small, "run", {"train.steps=6"});
  const auto manifest = [&](int64_t step) {
    const auto name = "run/checkpoints/step_" + std::to_string(step);
    return run::Checkpoint(small.scratch / name).manifest();
  };
  const auto before = manifest(6).compute_seconds.value();
  CHECK(before > 0);
  train(small, "run");
  CHECK(manifest(12).compute_seconds.value() > before);
  double last = 0;
  for (const auto& line : lines_of(small.scratch / "run")) {
    CHECK(line["compute_seconds"] >= last);
    last = line["compute_seconds"];
  }
  // A checkpoint of an earlier version remembers none of it: the log has the times, and nothing
  // has the puzzles.
  const auto file = small.scratch / "run/checkpoints/step_12/manifest.json";
  auto older = json::parse(read_text(file));
  older.erase("compute_seconds");
  older.erase("event_bytes");
  write_text(file, older.dump());
  train(small, "run", {"train.steps=15"});
  CHECK(manifest(15).compute_seconds.value() > last - 1e-6);
  check_events_are_the_log(small.scratch / "run");
}

TEST_CASE("the clock of steps stands still in what lies between them", "[unit]") {
  StepClock clock{torch::Device(at::kCPU)};
  const auto wait = [] { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
  clock.set(100, 50);
  wait();
  CHECK(clock.seconds() == 50);
  clock.start();
  wait();
  {
    const StepClock::Pause pause(clock);
    const auto stopped = clock.seconds();
    CHECK(stopped >= 50.02);
    const StepClock::Pause within(clock);
    wait();
    CHECK(clock.seconds() == stopped);
  }
  wait();
  const auto seconds = clock.seconds();
  CHECK(seconds >= 50.04);
  CHECK(clock.rate(110) <= 10 / (seconds - 50));
  CHECK(clock.rate(110) == 0);
}

TEST_CASE("events for TensorBoard are the log, the config and boards", "[unit]") {
  const SmallExperiment small;
  train(small, "run");
  const auto run = small.scratch / "run";
  check_events_are_the_log(run);
  const auto events = read_events(run);
  REQUIRE(events.texts.size() == 1);
  CHECK(contains(events.texts[0], read_text(run / "config.yaml")));
  for (const std::string puzzle : {"puzzle_1", "puzzle_2", "puzzle_3"}) {
    CHECK(events.images.at("validation/" + puzzle) == std::vector<int64_t>{6, 12});
    CHECK(events.images.at("test/" + puzzle).size() == 1);
  }
  // The test's boards stay with its line when the ended run is begun once more, or goes on.
  train(small, "run");
  CHECK(read_events(run).images == events.images);
  check_events_are_the_log(run);
  train(small, "none", {"train.tensorboard=false"});
  CHECK(run::event_file(small.scratch / "none").empty());
  CHECK(log_of(small.scratch / "none") == log_of(run));
}

TEST_CASE("a run that was killed and goes on has the events of its log, each once", "[unit]") {
  const SmallExperiment small;
  train(small, "whole");
  for (const int64_t stop : {4, 6, 8}) {
    INFO("stopped at " << stop);
    const auto run = small.scratch / ("stopped_" + std::to_string(stop));
    train(small, run.filename(), {"train.steps=" + std::to_string(stop)});
    // As if it had gone on, and was killed within a write.
    std::ofstream(run / "metrics.jsonl", std::ios::app) << R"({"step": 99, "x": 1})"
                                                        << "\n{\"st";
    const std::array<format::Scalar, 1> later = {format::Scalar{"x", 1}};
    std::ofstream(run::event_file(run), std::ios::app)
        << format::scalars_record(99, 0, later) << format::record_of("cut").substr(0, 9);
    train(small, run.filename());
    check_events_are_the_log(run);
    CHECK_FALSE(read_events(run).scalars.contains("x"));
  }
  // Nor is a line lost where the file is.
  const auto run = small.scratch / "stopped_6";
  fs::remove(run::event_file(run));
  train(small, "stopped_6", {"train.steps=15"});
  check_events_are_the_log(run);
}

}  // namespace trm::experiment
