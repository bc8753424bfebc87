#include <chrono>
#include <thread>

#include "core/random.h"
#include "run/run_folder.h"
#include "tests/catch.h"
#include "tests/experiment/run_comparison.h"
#include "tests/experiment/small_experiment.h"
#include "tests/program.h"

namespace trm {
namespace {

using experiment::SmallExperiment;

// Waits until the run has a checkpoint of its own making, or has ended.
void wait_for_checkpoint(Program& program, const fs::path& run, int64_t after) {
  while (program.running()) {
    const auto steps = run::checkpoint_steps(run);
    if (!steps.empty() && steps.back() > after) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

// Waits until the run has logged a step, or has ended.
void wait_for_log(Program& program, const fs::path& run) {
  while (program.running() && !fs::exists(run / "metrics.jsonl"))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

int64_t newest(const fs::path& run) {
  const auto steps = run::checkpoint_steps(run);
  return steps.empty() ? 0 : steps.back();
}

}  // namespace

TEST_CASE("Ctrl-C and SIGTERM save and exit with 128 + signal; the same command goes on",
          "[unit]") {
  const SmallExperiment small;
  const std::vector<std::string> command = {small.config().string(), "train.steps=400",
                                            "train.eval_steps=null", "--run",
                                            (small.scratch / "run").string()};
  for (const int signal : {SIGINT, SIGTERM}) {
    const auto before = newest(small.scratch / "run");
    Program program(small.scratch, "trm-train", command);
    wait_for_checkpoint(program, small.scratch / "run", before);
    program.signal(signal);
    CHECK(program.wait() == 128 + signal);
    INFO(program.err());
    CHECK(contains(program.err(), "stopped and saved at step"));
    CHECK(newest(small.scratch / "run") > before);
  }
  const auto done = run_to_end(small.scratch, "trm-train", command);
  CHECK(done.code == 0);
  CHECK(contains(done.err, "continuing"));
  const auto whole =
      run_to_end(small.scratch, "trm-train",
                 {command[0], command[1], command[2], "--run", (small.scratch / "whole").string()});
  CHECK(whole.code == 0);
  check_equal_checkpoints(small.scratch / "run/checkpoints/step_400",
                          small.scratch / "whole/checkpoints/step_400");
  CHECK(log_of(small.scratch / "run") == log_of(small.scratch / "whole"));
}

TEST_CASE("two signals of one moment save as one does", "[unit]") {
  const SmallExperiment small;
  for (const int signal : {SIGTERM, SIGHUP}) {
    const auto run = small.scratch / ("run_" + std::to_string(signal));
    Program program(small.scratch, "trm-train",
                    {small.config().string(), "train.steps=1000000", "train.save_steps=1000000",
                     "train.eval_steps=null", "--run", run.string()});
    wait_for_log(program, run);
    program.signal(signal);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    program.signal(signal);
    CHECK(program.wait() == 128 + signal);
    CHECK(contains(program.err(), "stopped and saved at step"));
    CHECK(newest(run) > 0);
  }
}

TEST_CASE("SIGTERM in a validation is obeyed, and the validation is done again", "[unit]") {
  const SmallExperiment small;
  const auto command = [&](const char* run) {
    return std::vector<std::string>{
        small.config().string(),       "evaluate.batch=1", "evaluate.depth=50",
        "train.eval_steps=5",          "evaluate.limit=1", "--run",
        (small.scratch / run).string()};
  };
  const auto run = small.scratch / "run";
  Program program(small.scratch, "trm-train", command("run"));
  while (program.running() && newest(run) < 5)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  program.signal(SIGTERM);
  CHECK(program.wait() == 128 + SIGTERM);
  REQUIRE(newest(run) == 5);
  REQUIRE(run::Checkpoint(run / "checkpoints/step_5").manifest().evaluates);
  CHECK(run_to_end(small.scratch, "trm-train", command("run")).code == 0);
  CHECK(run_to_end(small.scratch, "trm-train", command("whole")).code == 0);
  check_equal_checkpoints(run / "checkpoints/step_12", small.scratch / "whole/checkpoints/step_12");
  CHECK(log_of(run) == log_of(small.scratch / "whole"));
}

TEST_CASE("SIGUSR1 saves a checkpoint, and the run goes on", "[unit]") {
  const SmallExperiment small;
  const auto run = small.scratch / "run";
  Program program(small.scratch, "trm-train",
                  {small.config().string(), "train.steps=1000000", "train.save_steps=1000000",
                   "train.eval_steps=null", "--run", run.string()});
  wait_for_log(program, run);
  CHECK(newest(run) == 0);
  program.signal(SIGUSR1);
  wait_for_checkpoint(program, run, 0);
  CHECK(newest(run) > 0);
  CHECK(program.running());
  CHECK(contains(program.err(), "saving, as SIGUSR1 asks"));
}

TEST_CASE("a run folder has one process, and the lock names it", "[unit]") {
  const SmallExperiment small;
  const std::vector<std::string> command = {small.config().string(), "train.steps=100000", "--run",
                                            (small.scratch / "run").string()};
  Program first(small.scratch, "trm-train", command);
  wait_for_checkpoint(first, small.scratch / "run", 0);
  const ScratchFolder other;
  const auto second = run_to_end(other, "trm-train", command);
  CHECK(second.code == 2);
  CHECK(contains(second.err, "in use by process"));
}

namespace {

void check_kills(int wanted, int64_t steps) {
  constexpr int64_t kSaveSteps = 20;
  const SmallExperiment small;
  const auto command = [&](const char* run) {
    return std::vector<std::string>{small.config().string(),
                                    "train.steps=" + std::to_string(steps),
                                    "train.save_steps=" + std::to_string(kSaveSteps),
                                    "train.log_steps=1",
                                    "train.eval_steps=60",
                                    "--run",
                                    (small.scratch / run).string()};
  };
  CHECK(run_to_end(small.scratch, "trm-train", command("whole")).code == 0);

  const auto run = small.scratch / "killed";
  Stream random(7, "kills");
  int kills = 0, resumed = 0;
  int64_t last_saved = 0;
  while (kills < wanted) {
    Program program(small.scratch, "trm-train", command("killed"));
    wait_for_checkpoint(program, run, last_saved);
    // At some instant of the next few saves, writing one included.
    std::this_thread::sleep_for(std::chrono::microseconds(random.below(60000)));
    REQUIRE(program.running());  // else the run ended before its kills
    program.signal(SIGKILL);
    program.wait();
    ++kills;
    const auto log = log_of(run);
    const int64_t reached = log.empty() ? 0 : log.back()["step"].get<int64_t>();
    last_saved = newest(run);
    resumed += contains(program.err(), "continuing") ? 1 : 0;
    // What will be done again lies within two stretches between saves, one being written.
    CHECK(reached - last_saved <= 2 * kSaveSteps);
  }
  const auto done = run_to_end(small.scratch, "trm-train", command("killed"));
  INFO(done.err);
  CHECK(done.code == 0);
  CHECK(resumed + 1 >= wanted * 4 / 5);
  const auto last = "checkpoints/step_" + std::to_string(steps);
  check_equal_checkpoints(small.scratch / "whole" / last, run / last);
  CHECK(log_of(run) == log_of(small.scratch / "whole"));
}

}  // namespace

TEST_CASE("ten kills at random instants change no bit", "[unit]") { check_kills(10, 1200); }

TEST_CASE("forty kills at random instants change no bit", "[slow]") { check_kills(40, 6000); }

}  // namespace trm
