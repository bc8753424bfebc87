#include "core/interrupt.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

namespace trm {
namespace {

using Clock = std::chrono::steady_clock;

std::atomic<int> asked = 0;
std::atomic<bool> save_asked = false;

// Work that is finished before the program is left.
std::mutex mutex;
std::condition_variable finished;
int unfinished = 0;

// A blocked signal comes even where it is ignored.
bool ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

sigset_t watched() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    if (!ignored(signal)) sigaddset(&signals, signal);
  }
  return signals;
}

// Whether a signal is meant as another one, not as part of the first: no hand presses Ctrl-C twice
// within a tenth of a second.
bool is_another(int first, int signal, Clock::duration since_first) {
  const bool pressed_twice = first == SIGINT && signal == SIGINT;
  return since_first >= (pressed_twice ? std::chrono::milliseconds(100) : std::chrono::seconds(1));
}

[[noreturn]] void watch(sigset_t signals) {
  Clock::time_point first_came;
  for (;;) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal == SIGUSR1) {
      save_asked = true;
      continue;
    }
    const auto now = Clock::now();
    if (asked == 0) {
      first_came = now;
      asked = signal;
    } else if (is_another(asked, signal, now - first_came)) {
      leave_at_once(128 + signal);
    }
  }
}

}  // namespace

void watch_for_interrupts() {
  const auto signals = watched();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread(watch, signals).detach();
}

int interrupt_signal() { return asked; }

bool take_save_request() { return save_asked.exchange(false); }

FinishFirst::FinishFirst() {
  const std::lock_guard lock(mutex);
  ++unfinished;
}

FinishFirst::~FinishFirst() {
  {
    const std::lock_guard lock(mutex);
    --unfinished;
  }
  finished.notify_all();
}

void leave_at_once(int code) {
  std::unique_lock lock(mutex);
  finished.wait(lock, [] { return unfinished == 0; });
  _exit(code);
}

void throw_if_interrupted() {
  if (const int signal = asked; signal != 0) throw Interrupted{signal};
}

}  // namespace trm
