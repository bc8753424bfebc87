#include "core/interrupt.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/catch.h"

namespace trm {
namespace {

// What waitpid says of a child that runs `action` and then exits with 7.
template <class Action>
int status_of(Action&& action) {
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // Catch2's own handlers would report the signal of the child as the test's.
    for (const int signal : {SIGINT, SIGTERM}) ::signal(signal, SIG_DFL);
    action();
    ::_exit(7);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("the first interrupt asks, and its number is kept", "[unit]") {
  for (const int signal : {SIGINT, SIGTERM}) {
    const int status = status_of([&] {
      watch_for_interrupts();
      if (interrupt_signal() != 0) ::_exit(1);
      ::raise(signal);
      if (interrupt_signal() != signal) ::_exit(2);
    });
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 7);
  }
}

TEST_CASE("the second interrupt ends the program with its number", "[unit]") {
  const int status = status_of([] {
    watch_for_interrupts();
    ::raise(SIGINT);
    ::raise(SIGTERM);
  });
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 128 + SIGTERM);
}

TEST_CASE("an interrupt that nobody watches for ends the program", "[unit]") {
  const int status = status_of([] { ::raise(SIGTERM); });
  REQUIRE(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGTERM);
}

}  // namespace trm
