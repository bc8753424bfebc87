#include "dist/launcher.h"

#include <csignal>

#include "tests/dist/ranks.h"

namespace trm {
namespace {

bool lives(pid_t process) {
  std::string line;
  std::ifstream status("/proc/" + std::to_string(process) + "/stat");
  std::getline(status, line);
  return !line.empty() && !contains(line, ") Z ");
}

bool ends_soon(pid_t process) {
  for (int i = 0; i < 100 && lives(process); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  return !lives(process);
}

}  // namespace

TEST_CASE("the launcher begins again after a failure, as often as it may", "[unit]") {
  StartedRanks started(2, {"step", "none", "0"}, 60'000, 1);
  ::kill(started.process_of(1), SIGKILL);
  started.forget(0);
  started.forget(1);
  const auto again = started.process_of(1);
  started.process_of(0);
  ::kill(again, SIGKILL);
  const auto end = started.end();
  CHECK(end.code == 128 + SIGKILL);
  CHECK(contains(end.err, "warning: ranks: start 2 of at most 2 after exit code 137\n"));
  CHECK(std::count(end.err.begin(), end.err.end(), '\n') == 3);
}

TEST_CASE("the first code that is not 0 is the launcher's", "[unit]") {
  const auto end = StartedRanks(2, {"exit", "7"}).end();
  CHECK(end.code == 7);
  CHECK(end.err == "");
}

TEST_CASE("signals reach every rank, and a rank that stops as asked is no failure", "[unit]") {
  StartedRanks started(2, {"step", "asked", "0"}, 60'000, 3);
  started.process_of(0);
  started.process_of(1);
  started.launcher().signal(SIGTERM);
  const auto end = started.end();
  CHECK(end.code == 128 + SIGTERM);
  CHECK(end.err == "");
}

TEST_CASE("ranks die with their launcher", "[unit]") {
  StartedRanks started(2, {"step", "none", "0"}, 60'000);
  const auto zero = started.process_of(0), one = started.process_of(1);
  started.launcher().signal(SIGKILL);
  started.end();
  CHECK(ends_soon(zero));
  CHECK(ends_soon(one));
}

TEST_CASE("ranks are not started by a rank", "[unit]") {
  StartedRanks started(
      2, {"exit", "0"}, 1000, 0,
      {"RANK=1", "WORLD_SIZE=4", "LOCAL_RANK=1", "MASTER_ADDR=a", "MASTER_PORT=1"});
  const auto end = started.end();
  CHECK(end.code == 2);
  CHECK(end.err ==
        "error: ranks: this process is rank 1 of 4 by torchrun already; leave --ranks out\n");
}

}  // namespace trm
