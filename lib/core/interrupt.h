#pragma once

namespace trm {

// From here on SIGINT and SIGTERM ask the program to stop at its next good moment; the second one
// ends it at once with exit code 128 + signal.
void watch_for_interrupts();

// The signal that asked, or 0.
int interrupt_signal();

}  // namespace trm
