#pragma once

#include <pty.h>
#include <termios.h>

#include <cerrno>
#include <cstdio>
#include <fstream>

#include "tests/program.h"

namespace trm {

// What a terminal shows of what was written to it, as far as trm's programs ask: the rows of its
// alternate screen.
inline std::vector<std::string> shown_rows(const std::string& written, int columns, int rows) {
  std::vector<std::string> shown(static_cast<size_t>(rows));
  size_t row = 0, column = 0;
  const auto begin = written.rfind("\033[?1049h");
  for (size_t at = begin == std::string::npos ? written.size() : begin; at < written.size(); ++at) {
    if (written[at] != '\033') {
      if (column < static_cast<size_t>(columns)) {  // further lines would wrap, which is off
        shown[row].resize(std::max(shown[row].size(), column + 1), ' ');
        shown[row][column++] = written[at];
      }
      continue;
    }
    const auto end = written.find_first_not_of("[?;0123456789", at + 1);
    if (end == std::string::npos) break;
    const auto argument = written.substr(at + 2, end - at - 2);
    if (written[end] == 'H') {
      row = argument.empty() ? 0 : static_cast<size_t>(std::stoi(argument)) - 1;
      column = 0;
      if (row >= shown.size()) row = shown.size() - 1;
    } else if (written[end] == 'K') {
      shown[row].clear();
    } else if (written[end] == 'J') {
      for (auto below = argument == "2" ? 0 : row; below < shown.size(); ++below)
        shown[below].clear();
    }
    at = end;
  }
  return shown;
}

// A program of this build on a terminal, started as a shell does: it is in the foreground and may
// be stopped.
class TerminalProgram {
 public:
  TerminalProgram(const std::string& name, std::vector<std::string> arguments,
                  std::vector<std::string> variables = {}) {
    arguments.insert(arguments.begin(), (fs::path(TRM_PROGRAM_DIR) / name).string());
    variables.push_back("TERM=xterm-256color");
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::string variable = *entry;
      if (!variable.starts_with("TERM=") && !variable.starts_with("NO_COLOR="))
        variables.push_back(variable);
    }
    const auto pointers = pointers_to(arguments), environment = pointers_to(variables);
    int channel[2];
    if (::pipe2(channel, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    winsize size{static_cast<unsigned short>(rows_), static_cast<unsigned short>(columns_), 0, 0};
    shell_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (shell_ < 0) throw std::runtime_error("no terminal");
    if (shell_ == 0) run_as_shell(pointers, environment, channel[1]);
    ::close(channel[1]);
    const auto count = ::read(channel[0], &pid_, sizeof pid_);
    ::close(channel[0]);
    if (count != sizeof pid_) throw std::runtime_error("the program was not started");
    // Only now does the program begin.
    before_ = settings();
    ::fcntl(terminal_, F_SETFL, O_NONBLOCK);
    type("\n");
  }
  TerminalProgram(const TerminalProgram&) = delete;
  TerminalProgram& operator=(const TerminalProgram&) = delete;
  ~TerminalProgram() {
    if (shell_ > 0) {
      ::kill(pid_, SIGKILL);
      end();
    }
    ::close(terminal_);
  }

  void type(const std::string& keys) const {
    if (::write(terminal_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size()))
      throw std::runtime_error("the terminal takes nothing");
  }
  void signal(int number) const { ::kill(pid_, number); }
  pid_t process() const { return pid_; }
  void resize(int columns, int rows) {
    columns_ = columns;
    rows_ = rows;
    const winsize size{static_cast<unsigned short>(rows), static_cast<unsigned short>(columns), 0,
                       0};
    ::ioctl(terminal_, TIOCSWINSZ, &size);
  }

  // All that was written to the terminal so far.
  const std::string& written() {
    char bytes[4096];
    for (ssize_t count = 0; (count = ::read(terminal_, bytes, sizeof bytes)) != 0;) {
      if (count < 0) {
        gone_ = errno == EIO;  // nobody has it open any more
        break;
      }
      written_.append(bytes, static_cast<size_t>(count));
    }
    return written_;
  }
  std::vector<std::string> rows() { return shown_rows(written(), columns_, rows_); }
  // Whether a text comes to stand on the screen.
  bool shows(const std::string& text) {
    return comes([&] {
      for (const auto& row : rows()) {
        if (row.find(text) != std::string::npos) return true;
      }
      return false;
    });
  }
  bool is_stopped() const {
    std::string status;
    std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
    std::getline(file, status);
    return status.substr(status.rfind(')') + 2, 1) == "T";
  }
  // Whether keys are echoed and read as before the program began.
  bool is_as_before() const {
    const auto now = settings();
    return now.c_lflag == before_.c_lflag && now.c_iflag == before_.c_iflag &&
           now.c_oflag == before_.c_oflag;
  }
  // Its exit code, or 128 + signal. One that does not leave the terminal is killed, and fails its
  // test: an error.
  int wait() {
    const bool left = comes([&] { return written(), gone_; });
    if (!left) ::kill(pid_, SIGKILL);
    const int status = end();
    if (!left) throw std::runtime_error("killed, it had not left the terminal in two minutes");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  int end() {
    int status = 0;
    ::waitpid(shell_, &status, 0);
    shell_ = 0;
    return status;
  }

  static std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
  }

  termios settings() const {
    termios now{};
    ::tcgetattr(terminal_, &now);
    return now;
  }

  // After a fork of a program with threads: nothing here takes memory.
  [[noreturn]] static void run_as_shell(const std::vector<char*>& arguments,
                                        const std::vector<char*>& environment, int channel) {
    const auto signals = signals_of_shells();
    for (int number = 1; number < NSIG; ++number) {
      if (::sigismember(&signals, number) == 1) ::signal(number, SIG_DFL);
    }
    ::signal(SIGTTOU, SIG_IGN);
    const pid_t child = ::fork();
    if (child == 0) {
      ::setpgid(0, 0);
      ::tcsetpgrp(0, ::getpid());
      ::signal(SIGTTOU, SIG_DFL);
      char line = 0;
      if (::read(0, &line, 1) == 1) ::execve(arguments[0], arguments.data(), environment.data());
      ::_exit(127);
    }
    ::setpgid(child, child);
    if (::write(channel, &child, sizeof child) != sizeof child) ::_exit(127);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  }

  int terminal_ = -1, columns_ = 100, rows_ = 40;
  pid_t shell_ = 0, pid_ = 0;
  termios before_{};
  bool gone_ = false;
  std::string written_;
};

}  // namespace trm
