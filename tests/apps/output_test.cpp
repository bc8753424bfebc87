#include <sys/wait.h>

#include <cstdlib>

#include "tests/catch.h"
#include "tests/experiment/small_experiment.h"
#include "tests/program.h"

namespace trm {
namespace {

struct Shell {
  int code;
  std::string err;
};

// A command line of programs of this build, with what follows it for the shell.
Shell shell(const ScratchFolder& scratch, const std::string& command) {
  const auto err = scratch / "shell.err";
  const auto line =
      "cd " + std::string(TRM_PROGRAM_DIR) + " && ( ./" + command + " ) 2> " + err.string();
  const int status = std::system(line.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(err)};
}

}  // namespace

TEST_CASE("a standard output that takes nothing is one error, in every program", "[unit]") {
  const ScratchFolder scratch;
  for (const std::string name : {"trm-train", "trm-eval", "trm-solve", "trm-data", "trm-bench",
                                 "trm-convert", "trm-sweep", "trm-runs"}) {
    for (const std::string lost : {" > /dev/full", " >&-"}) {
      INFO(name << lost);
      const auto done = shell(scratch, name + " --help" + lost);
      INFO(done.err);
      CHECK(done.code == 2);
      CHECK(done.err.starts_with("error: standard output: cannot write: "));
      CHECK(std::count(done.err.begin(), done.err.end(), '\n') == 1);
    }
    // Nobody reads the messages: that is no error, and the exit code says the rest.
    CHECK(shell(scratch, name + " --help > /dev/null 2>&-").code == 0);
    CHECK(shell(scratch, name + " --nonsense > /dev/null 2>&-").code == 2);
    CHECK(shell(scratch, name + " --nonsense > /dev/full 2> /dev/full").code == 2);
  }
}

TEST_CASE("what a program prints while it works is not lost without a word", "[unit]") {
  const experiment::SmallExperiment small;
  const auto config = small.config().string(), run = (small.scratch / "run").string();
  REQUIRE(shell(small.scratch, "trm-train " + config + " train.steps=4 --run " + run).code == 0);
  for (const std::string& command :
       {"trm-eval " + run, "trm-convert --list " + run, "trm-train " + config + " --dry-run",
        "trm-data inspect " + (small.scratch / "data").string() + " --show 40"}) {
    for (const std::string lost : {" > /dev/full", " >&-"}) {
      INFO(command << lost);
      const auto done = shell(small.scratch, command + lost);
      INFO(done.err);
      CHECK(done.code == 2);
      CHECK(contains(done.err, "error: standard output: cannot write: "));
    }
  }
  // A run whose streams are all closed is whole: no file of it became one of them.
  const auto closed = (small.scratch / "closed").string();
  CHECK(shell(small.scratch,
              "trm-train " + config + " train.steps=4 --run " + closed + " <&- >&- 2>&-")
            .code == 2);
  CHECK(shell(small.scratch, "trm-eval " + closed).code == 0);
}

}  // namespace trm
