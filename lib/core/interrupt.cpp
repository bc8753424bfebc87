#include "core/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <csignal>

namespace trm {
namespace {

// A signal handler can reach nothing but a global of this type.
volatile std::sig_atomic_t asked = 0;

void on_signal(int signal) {
  if (asked != 0) _exit(128 + signal);
  asked = signal;
}

}  // namespace

void watch_for_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

int interrupt_signal() { return asked; }

}  // namespace trm
