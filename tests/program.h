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

// What a shell starts programs with, whatever the tests themselves were started from: in the
// background of a script, where Ctrl-C is for others, these would be ignored.
inline sigset_t signals_of_shells() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP}) sigaddset(&signals, number);
  return signals;
}

// Whether something comes true in time: by default within what a machine takes that tests share.
template <class Condition>
bool comes(const Condition& condition, std::chrono::seconds most = std::chrono::minutes(2)) {
  const auto end = std::chrono::steady_clock::now() + most;
  for (;;) {
    if (condition()) return true;
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

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
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    const auto signals = signals_of_shells();
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    const int code = ::posix_spawn(&pid_, arguments[0].c_str(), &actions, &attributes,
                                   pointers(arguments).data(), pointers(environment).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (code != 0) throw std::runtime_error("cannot start " + arguments[0]);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (pid_ > 0) kill();
  }

  // Nothing to a program that has ended: 0 would be the test's own group.
  void signal(int number) const {
    if (pid_ > 0) ::kill(pid_, number);
  }

  bool running() {
    if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = 0;
    return pid_ > 0;
  }

  // Its exit code, or 128 + signal. One that goes on and on is killed, and fails its test: an
  // error.
  int wait() {
    if (!comes([&] { return !running(); }, std::chrono::minutes(10))) {
      kill();
      throw std::runtime_error(out_.stem().string() + ": killed, it had not ended in ten minutes");
    }
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
  }

  std::string out() const { return read_text(out_); }
  std::string err() const { return read_text(err_); }

 private:
  void kill() {
    signal(SIGKILL);
    ::waitpid(pid_, &status_, 0);
    pid_ = 0;
  }

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
