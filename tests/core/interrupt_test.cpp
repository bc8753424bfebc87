#include "core/interrupt.h"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

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
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_DFL);
    action();
    ::_exit(7);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

// Sends a signal to this process, and waits for what it brings about, ten seconds at most.
template <class Condition>
bool send(int signal, Condition&& brought_about) {
  ::kill(::getpid(), signal);
  for (int i = 0; i < 10000 && !brought_about(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return brought_about();
}

bool blocks(int signal) {
  sigset_t mask;
  pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  return sigismember(&mask, signal) == 1;
}

}  // namespace

TEST_CASE("the first interrupt asks, and its number is kept", "[unit]") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const int status = status_of([&] {
      watch_for_interrupts();
      if (interrupt_signal() != 0) ::_exit(1);
      if (!send(signal, [&] { return interrupt_signal() == signal; })) ::_exit(2);
    });
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 7);
  }
}

TEST_CASE("the second interrupt ends the program with its number", "[unit]") {
  const int status = status_of([] {
    watch_for_interrupts();
    send(SIGINT, [] { return interrupt_signal() != 0; });
    send(SIGTERM, [] { return false; });
  });
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 128 + SIGTERM);
}

TEST_CASE("no thread that computes is interrupted", "[unit]") {
  const int status = status_of([] {
    watch_for_interrupts();
    bool other = false;
    std::thread([&] { other = blocks(SIGINT) && blocks(SIGTERM); }).join();
    if (!other || !blocks(SIGINT) || !blocks(SIGTERM)) ::_exit(1);
  });
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 7);
}

TEST_CASE("what is ignored, as under nohup, asks for nothing", "[unit]") {
  const int status = status_of([] {
    ::signal(SIGHUP, SIG_IGN);
    watch_for_interrupts();
    ::kill(::getpid(), SIGHUP);
    if (!send(SIGTERM, [] { return interrupt_signal() != 0; })) ::_exit(1);
    if (interrupt_signal() != SIGTERM) ::_exit(2);
  });
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 7);
}

TEST_CASE("work that is given up says by which signal", "[unit]") {
  const int status = status_of([] {
    watch_for_interrupts();
    throw_if_interrupted();
    send(SIGTERM, [] { return interrupt_signal() != 0; });
    try {
      throw_if_interrupted();
    } catch (const Interrupted& interrupted) {
      ::_exit(interrupted.signal == SIGTERM ? 7 : 1);
    }
    ::_exit(2);
  });
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 7);
}

TEST_CASE("an interrupt that nobody watches for ends the program", "[unit]") {
  const int status = status_of([] { ::raise(SIGTERM); });
  REQUIRE(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGTERM);
}

}  // namespace trm
