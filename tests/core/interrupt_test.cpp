#include "core/interrupt.h"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>
#include <tuple>

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
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) ::signal(signal, SIG_DFL);
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

TEST_CASE("a second Ctrl-C, or a signal a second later, ends the program with its number",
          "[unit]") {
  const auto pause = [](int milliseconds) {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  };
  for (const auto& [first, second, after] :
       {std::tuple(SIGINT, SIGINT, 200), {SIGTERM, SIGTERM, 1050}, {SIGINT, SIGHUP, 1050}}) {
    const int status = status_of([&, f = first, s = second, ms = after] {
      watch_for_interrupts();
      send(f, [] { return interrupt_signal() != 0; });
      pause(ms);
      send(s, [] { return false; });
    });
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 128 + second);
  }
}

TEST_CASE("signals of one moment ask once", "[unit]") {
  for (const auto& [first, second] :
       {std::pair(SIGTERM, SIGTERM), {SIGHUP, SIGHUP}, {SIGINT, SIGINT}, {SIGINT, SIGTERM}}) {
    const int status = status_of([&, f = first, s = second] {
      watch_for_interrupts();
      send(f, [] { return interrupt_signal() != 0; });
      ::kill(::getpid(), s);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      if (interrupt_signal() != f) ::_exit(1);
    });
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 7);
  }
}

TEST_CASE("a save that has begun is finished before the program is left", "[unit]") {
  int pipe[2];
  REQUIRE(::pipe(pipe) == 0);
  const int status = status_of([&] {
    watch_for_interrupts();
    {
      const FinishFirst unbroken;
      send(SIGINT, [] { return interrupt_signal() != 0; });
      std::this_thread::sleep_for(std::chrono::milliseconds(150));
      ::kill(::getpid(), SIGINT);
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      if (::write(pipe[1], "x", 1) != 1) ::_exit(1);
    }
    std::this_thread::sleep_for(std::chrono::seconds(10));
  });
  ::close(pipe[1]);
  char done = 0;
  CHECK(::read(pipe[0], &done, 1) == 1);
  ::close(pipe[0]);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 128 + SIGINT);
}

TEST_CASE("SIGUSR1 asks for a save, once, and for no end", "[unit]") {
  const int status = status_of([] {
    watch_for_interrupts();
    bool asked = false;
    if (take_save_request()) ::_exit(1);
    send(SIGUSR1, [&] { return asked = asked || take_save_request(); });
    if (!asked) ::_exit(2);
    if (take_save_request() || interrupt_signal() != 0) ::_exit(3);
  });
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 7);
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
