#include "core/child_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <system_error>

#include "core/error.h"

extern "C" char** environ;

namespace trm {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// Between fork and exec only calls that are safe there.
[[noreturn]] void become(const ChildStart& start, pid_t parent, char** arguments,
                         char** variables) {
  ::prctl(PR_SET_PDEATHSIG, start.death_signal);
  if (::getppid() != parent) ::_exit(128 + SIGKILL);  // it ended before it was asked for
  if (start.kept >= 0) ::fcntl(start.kept, F_SETFD, 0);
  if (start.input >= 0) ::dup2(start.input, STDIN_FILENO);
  if (start.output >= 0) ::dup2(start.output, STDOUT_FILENO);
  if (start.errors >= 0) ::dup2(start.errors, STDERR_FILENO);
  ::sigprocmask(SIG_SETMASK, &start.blocked, nullptr);
  ::execve(start.program.c_str(), arguments, variables);
  ::_exit(127);
}

}  // namespace

Variables own_variables() {
  Variables values;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto name = text.substr(0, text.find('='));
    if (name.size() < text.size()) values[name] = text.substr(name.size() + 1);
  }
  return values;
}

std::string own_program() {
  std::array<char, PATH_MAX> path{};
  if (::readlink("/proc/self/exe", path.data(), path.size() - 1) <= 0)
    throw Error("/proc: not mounted, which tells where this program lies; mount it");
  return path.data();
}

pid_t start_child(const ChildStart& start) {
  auto words = start.arguments;
  std::vector<std::string> pairs;
  for (const auto& [name, value] : start.variables) pairs.push_back(name + "=" + value);
  const auto arguments = pointers(words), variables = pointers(pairs);
  const auto parent = ::getpid();
  const auto child = ::fork();
  if (child == 0)
    become(start, parent, const_cast<char**>(arguments.data()),
           const_cast<char**>(variables.data()));
  if (child < 0) throw std::system_error(errno, std::generic_category());
  return child;
}

HeldSignals::HeldSignals() {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGCHLD}) {
    // A blocked signal comes even where it is ignored.
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) != 0 || action.sa_handler != SIG_IGN ||
        signal == SIGCHLD)
      sigaddset(&signals_, signal);
  }
  ::sigprocmask(SIG_BLOCK, &signals_, &before_);
}

HeldSignals::~HeldSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

std::optional<HeldSignals::Signal> HeldSignals::wait(std::chrono::milliseconds most) const {
  const timespec time{.tv_sec = most.count() / 1000, .tv_nsec = most.count() % 1000 * 1'000'000};
  siginfo_t info{};
  const int number = ::sigtimedwait(&signals_, &info, &time);
  if (number <= 0) return std::nullopt;
  return Signal{number, info.si_code == SI_KERNEL};
}

}  // namespace trm
