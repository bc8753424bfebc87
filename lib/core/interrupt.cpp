#include "core/interrupt.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

namespace trm {
namespace {

std::atomic<int> asked = 0;

// A blocked signal comes even where it is ignored.
bool ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

sigset_t watched() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    if (!ignored(signal)) sigaddset(&signals, signal);
  }
  return signals;
}

[[noreturn]] void watch(sigset_t signals) {
  for (;;) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (asked.exchange(signal) != 0) _exit(128 + signal);
  }
}

}  // namespace

void watch_for_interrupts() {
  const auto signals = watched();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread(watch, signals).detach();
}

int interrupt_signal() { return asked; }

void throw_if_interrupted() {
  if (const int signal = asked; signal != 0) throw Interrupted{signal};
}

}  // namespace trm
