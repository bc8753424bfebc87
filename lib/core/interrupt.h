#pragma once

namespace trm {

// From here on SIGINT, SIGTERM and SIGHUP, unless they are ignored as under nohup, ask the program
// to stop at its next good moment; the second one ends it at once with exit code 128 + signal. Call
// it once, before other threads are begun: a thread of its own waits for these signals and all
// others block them, because oneDNN's generated code keeps data below the stack pointer, where a
// signal handler's frame would overwrite it.
void watch_for_interrupts();

// The signal that asked, or 0.
int interrupt_signal();

// For work that is better given up than kept: what it wrote so far is removed as this passes.
struct Interrupted {
  int signal;
};
void throw_if_interrupted();

}  // namespace trm
