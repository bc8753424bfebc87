#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/file.h"
#include "tests/scratch_folder.h"

extern "C" char** environ;

namespace trm {

// A program of this build, started as a user would.
class Program {
 public:
  // name: "trm-train". `variables` ("NAME=value") come on top of the test's own environment;
  // `input` is the file of its standard input.
  Program(const ScratchFolder& scratch, const std::string& name, std::vector<std::string> arguments,
          const std::vector<std::string>& variables = {}, const std::string& input = "/dev/null")
      : out_(scratch / (name + ".out")), err_(scratch / (name + ".err")) {
    arguments.insert(arguments.begin(), (fs::path(TRM_PROGRAM_DIR) / name).string());
    std::vector<std::string> environment = variables;
    for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&actions, 0, input.c_str(), O_RDONLY | O_NOCTTY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, out_.c_str(), flags, 0644);
    posix_spawn_file_actions_addopen(&actions, 2, err_.c_str(), flags, 0644);
    const int code = ::posix_spawn(&pid_, arguments[0].c_str(), &actions, nullptr,
                                   pointers(arguments).data(), pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    if (code != 0) throw std::runtime_error("cannot start " + arguments[0]);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (pid_ > 0) {
      signal(SIGKILL);
      wait();
    }
  }

  // Nothing to a program that has ended: 0 would be the test's own group.
  void signal(int number) const {
    if (pid_ > 0) ::kill(pid_, number);
  }

  bool running() {
    if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = 0;
    return pid_ > 0;
  }

  // Its exit code, or 128 + signal.
  int wait() {
    if (pid_ > 0) ::waitpid(pid_, &status_, 0);
    pid_ = 0;
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
  }

  std::string out() const { return read_text(out_); }
  std::string err() const { return read_text(err_); }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
  }

  fs::path out_, err_;
  pid_t pid_ = 0;
  int status_ = 0;
};

// Whether something comes true within half a minute.
template <class Condition>
bool comes(const Condition& condition) {
  for (int i = 0; i < 600; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

// What a finished program left.
struct Finished {
  int code;
  std::string out, err;
};
inline Finished run_to_end(const ScratchFolder& scratch, const std::string& name,
                           const std::vector<std::string>& arguments,
                           const std::vector<std::string>& variables = {}) {
  Program program(scratch, name, arguments, variables);
  const int code = program.wait();
  return {code, program.out(), program.err()};
}

}  // namespace trm
