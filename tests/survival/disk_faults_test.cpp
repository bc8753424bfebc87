#include <fcntl.h>

#include "core/log.h"
#include "core/random.h"
#include "experiment/session.h"
#include "tests/catch.h"
#include "tests/events.h"
#include "tests/experiment/run_comparison.h"
#include "tests/experiment/small_experiment.h"
#include "tests/program.h"
#include "tests/survival/fault_layer.h"

namespace trm {
namespace {

using experiment::SmallExperiment;

constexpr int kSteps = 6;  // a checkpoint at 2, 4 and 6, an evaluation at 3 and 6

// Faults while one small run is trained, and what is left of its folder.
class Survival {
 public:
  Survival() {
    calls_ = train("whole", 0, "");
    REQUIRE(calls_ > 100);
  }

  long calls() const { return calls_; }  // that change files, of an undisturbed run

  // Trains until the fault, and goes on without one. Whether the fault ended the run: some calls,
  // of the console's log for one, are not worth that.
  bool survive(long at, const std::string& fault) const {
    INFO(fault << " at call " << at);
    const auto name = fault + "_" + std::to_string(at);
    const bool ended = train(name, at, fault.c_str()) == 0;
    CHECK(train(name, 0, "") > 0);
    check_equal_checkpoints(last("whole"), last(name));
    CHECK(log_of(small_.scratch / name) == log_of(small_.scratch / "whole"));
    check_events_are_the_log(small_.scratch / name);
    fs::remove_all(small_.scratch / name);
    return ended;
  }

 private:
  fs::path last(const std::string& name) const {
    return small_.scratch / (name + "/checkpoints/step_" + std::to_string(kSteps));
  }

  // In a process of its own, which need not load LibTorch again; the number of its calls, or 0
  // where it failed or was killed.
  long train(const std::string& name, long at, const char* fault) const {
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      const auto console = small_.scratch / "console.txt";
      ::dup2(::open(console.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644), 2);
      trm_fault_arm((small_.scratch / name).c_str(), at, fault);
      ::_exit(session(name, pipe[1]));
    }
    ::close(pipe[1]);
    long calls = 0;
    const auto got = ::read(pipe[0], &calls, sizeof(calls));
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    const bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return got == sizeof(calls) && good ? calls : 0;
  }

  int session(const std::string& name, int pipe) const {
    for (const int signal : {SIGINT, SIGTERM, SIGSEGV, SIGABRT}) ::signal(signal, SIG_DFL);
    try {
      run::RunFolder run(small_.scratch / name);
      run_session(small_.load({"train.steps=" + std::to_string(kSteps), "train.save_steps=2",
                               "train.eval_steps=3", "train.log_steps=1", "train.keep=1",
                               "evaluate.limit=4"}),
                  run);
    } catch (const std::exception& error) {
      log_error(error.what());
      return 2;
    }
    const long calls = trm_fault_calls();
    return ::write(pipe, &calls, sizeof(calls)) == sizeof(calls) ? 0 : 3;
  }

  SmallExperiment small_;
  long calls_ = 0;
};

}  // namespace

TEST_CASE("a run goes on to the same bits after a fault of the disk", "[unit]") {
  const Survival run;
  constexpr uint64_t kSeed = 11;
  INFO("seed " << kSeed << ", " << run.calls() << " calls");
  Stream random(kSeed, "faults");
  int ended = 0;
  for (const char* fault : {"ENOSPC", "EIO", "kill"}) {
    for (int i = 0; i < 7; ++i) {
      const auto at = 1 + static_cast<long>(random.below(static_cast<uint64_t>(run.calls())));
      ended += run.survive(at, fault) ? 1 : 0;
    }
  }
  CHECK(ended > 14);
}

TEST_CASE("a run goes on to the same bits after a fault at each of its first 200 calls", "[slow]") {
  const Survival run;
  int ended = 0;
  for (long at = 1; at <= 200; ++at) {
    for (const char* fault : {"ENOSPC", "EIO", "kill"}) ended += run.survive(at, fault) ? 1 : 0;
  }
  WARN(ended << " of 600 faults ended the run; it has " << run.calls() << " calls");
  CHECK(ended > 400);
}

TEST_CASE("a run needs no locks, links or fsync of folders", "[unit]") {
  const SmallExperiment small;
  const std::vector<std::string> command = {small.config().string(), "--run",
                                            (small.scratch / "run").string()};
  const std::vector<std::string> variables = {std::string("LD_PRELOAD=") + TRM_FAULT_LAYER,
                                              "TRM_FAULT_ABSENT=folder_fsync flock symlink"};
  const auto done = run_to_end(small.scratch, "trm-train", command, variables);
  INFO(done.err);
  CHECK(done.code == 0);
  CHECK(contains(done.err, "its file system has no locks"));
  CHECK(run::find_checkpoint(small.scratch / "run").manifest().step > 0);
  const auto built = run_to_end(small.scratch, "trm-data",
                                {"generate", "sudoku", "--box", "2x2", "--train", "5", "--test",
                                 "5", "--givens", "6:8", (small.scratch / "made").string()},
                                variables);
  INFO(built.err);
  CHECK(built.code == 0);
}

}  // namespace trm
