#pragma once

namespace trm {

// From here on SIGINT, SIGTERM and SIGHUP, unless they are ignored as under nohup, ask the program
// to stop at its next good moment. One that comes a second or more later, or a second Ctrl-C, ends
// it at once with exit code 128 + signal, after whatever FinishFirst protects; others are part of
// the first: `timeout` signals a process and then its group, a closed terminal does as much.
// SIGUSR1, with which schedulers warn, asks for a checkpoint and for nothing else.
// Call it once, before other threads are begun: a thread of its own waits for these signals and all
// others block them, because oneDNN's generated code keeps data below the stack pointer, where a
// signal handler's frame would overwrite it.
void watch_for_interrupts();

// The signal that asked, or 0.
int interrupt_signal();

// Whether SIGUSR1 came since this was last called.
bool take_save_request();

// While one lives, no signal that is watched ends the program: a save that has begun is finished.
class FinishFirst {
 public:
  FinishFirst();
  ~FinishFirst();
  FinishFirst(const FinishFirst&) = delete;
  FinishFirst& operator=(const FinishFirst&) = delete;
};

// Ends the program from any thread, without destructors, after whatever FinishFirst protects.
[[noreturn]] void leave_at_once(int code);

// For work that is better given up than kept: what it wrote so far is removed as this passes.
struct Interrupted {
  int signal;
};
void throw_if_interrupted();

}  // namespace trm
