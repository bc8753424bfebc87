#include "core/interrupt.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

namespace trm {
namespace {

std::atomic<int> asked = 0;

sigset_t watched() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

[[noreturn]] void watch() {
  const auto signals = watched();
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
  std::thread(watch).detach();
}

int interrupt_signal() { return asked; }

}  // namespace trm
