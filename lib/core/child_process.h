#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace trm {

using Variables = std::map<std::string, std::string>;  // of an environment: name -> value
Variables own_variables();

// The file of the program that this process is. Error where /proc is not mounted.
std::string own_program();

struct ChildStart {
  std::string program;                       // its file
  std::vector<std::string> arguments;        // argv[0] and what follows
  Variables variables;                       // all that it has
  int input = -1, output = -1, errors = -1;  // its standard streams; -1 for those of this process
  int kept = -1;                             // one more descriptor that it inherits; -1 for none
  int death_signal = SIGKILL;                // that it gets when the calling thread ends
  sigset_t blocked = {};                     // signals that it begins with blocked
};
// Starts a program and returns its process id. std::system_error where the system has no room for
// it. A program that cannot be executed ends with code 127.
pid_t start_child(const ChildStart& start);

// While one lives, SIGINT, SIGTERM, SIGHUP, SIGUSR1 and SIGCHLD wait until they are asked for; not
// those that are ignored, as SIGHUP is under nohup. For programs that wait for others: make it
// before other threads are begun, which would get them instead.
class HeldSignals {
 public:
  struct Signal {
    int number;
    bool of_terminal;  // sent by a key to the whole group: the children have it, too
  };

  HeldSignals();
  ~HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  // The next one that comes within that time.
  std::optional<Signal> wait(std::chrono::milliseconds most) const;
  // What was blocked before, as children are to have it.
  const sigset_t& before() const { return before_; }

 private:
  sigset_t signals_{}, before_{};
};

}  // namespace trm
