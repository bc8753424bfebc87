#include "dist/launcher.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <system_error>

#include "core/child_process.h"
#include "core/descriptor.h"
#include "core/error.h"
#include "core/log.h"
#include "dist/gloo.h"
#include "dist/launch.h"

namespace trm::dist {
namespace {

using Clock = std::chrono::steady_clock;
// What the others have after a failure, to end by themselves and, after SIGTERM, all the same.
constexpr auto kByThemselves = std::chrono::seconds(2), kAfterTerm = std::chrono::seconds(5);

// A socket bound to a free port of this machine alone, until rank 0 has inherited it: nobody can
// take the port in between.
class BoundPort {
 public:
  BoundPort() : file_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    // Ranks that come before rank 0 wait in the queue.
    if (file_ < 0 || ::bind(file_, plain, size) != 0 || ::listen(file_, SOMAXCONN) != 0 ||
        ::getsockname(file_, plain, &size) != 0)
      throw Error(fmt::format("ranks: no port of 127.0.0.1 can be opened: {}; free one",
                              std::strerror(errno)));
    port_ = ntohs(address.sin_port);
  }
  ~BoundPort() { ::close(file_); }
  BoundPort(const BoundPort&) = delete;
  BoundPort& operator=(const BoundPort&) = delete;

  int file() const { return file_; }
  uint16_t port() const { return port_; }

 private:
  int file_;
  uint16_t port_ = 0;
};

// This process's variables, and those that lead a rank.
Variables variables_of(int rank, int ranks, const BoundPort& port, int attempt) {
  auto values = own_variables();
  values["TRM_RANK"] = std::to_string(rank);
  values["TRM_RANKS"] = std::to_string(ranks);
  values["TRM_PORT"] = std::to_string(port.port());
  values["TRM_RUN"] = std::to_string(::getpid());
  values["TRM_ATTEMPT"] = std::to_string(attempt);
  values.erase("TRM_LISTEN");
  if (rank == 0) values["TRM_LISTEN"] = std::to_string(port.file());
  if (rank > 0) values["TRM_LOG"] = "quiet";
  return values;
}

class Ranks {
 public:
  Ranks(const LauncherOptions& options, int attempt, const sigset_t& blocked) {
    const BoundPort port;
    const Descriptor nowhere{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    for (int rank = 0; rank < options.ranks; ++rank) {
      const bool first = rank == 0;
      try {
        const auto child =
            start_child({.program = own_program(),
                         .arguments = options.command,
                         .variables = variables_of(rank, options.ranks, port, attempt),
                         .output = first ? -1 : nowhere.value,
                         .kept = first ? port.file() : -1,
                         .blocked = blocked});
        running_.push_back({.rank = rank, .process = child});
      } catch (const std::system_error& error) {
        end_all(SIGKILL);
        throw Error(fmt::format("ranks: cannot start rank {}: {}; ask for fewer with --ranks", rank,
                                error.code().message()));
      }
    }
  }
  ~Ranks() { end_all(SIGKILL); }
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  bool any() const { return !running_.empty(); }
  void signal(int number) const {
    for (const auto& child : running_) ::kill(child.process, number);
  }

  void end_halted() const {
    for (const auto& child : running_) {
      if (child.halted) ::kill(child.process, SIGKILL);
    }
  }

  // Takes note of those that have ended.
  void collect() {
    std::erase_if(running_, [&](Child& child) {
      int status = 0;
      if (::waitpid(child.process, &status, WNOHANG | WUNTRACED | WCONTINUED) != child.process)
        return false;
      child.halted = WIFSTOPPED(status);
      if (WIFSTOPPED(status) || WIFCONTINUED(status)) return false;
      note(child.rank, status);
      return true;
    });
  }

  int code() const { return code_; }
  // A rank has failed, and the others are to end.
  bool failed() const { return code_ != 0 && !stopped_; }
  // Ended as it was asked: 128 + signal, by itself.
  bool stopped() const { return stopped_; }
  // Of a rank that was killed while none could tell of it.
  const std::string& untold() const { return untold_; }

 private:
  struct Child {
    int rank;
    pid_t process;
    bool halted = false;  // by SIGSTOP: it takes no other signal
  };

  void note(int rank, int status) {
    const bool killed = WIFSIGNALED(status);
    const int code = killed ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    if (killed && code_ == 0)
      untold_ = fmt::format("rank {} was ended by signal {} ({})", rank, WTERMSIG(status),
                            ::strsignal(WTERMSIG(status)));
    if (!killed && code != 0) untold_.clear();
    if (code_ == 0 && code != 0) {
      code_ = code;
      stopped_ = !killed && code > 128;
    }
  }

  void end_all(int number) {
    signal(number);
    for (const auto& child : running_) ::waitpid(child.process, nullptr, 0);
    running_.clear();
  }

  std::vector<Child> running_;
  int code_ = 0;
  bool stopped_ = false;
  std::string untold_;
};

class Launcher {
 public:
  explicit Launcher(const LauncherOptions& options) : options_(options) {}

  int run() {
    for (int attempt = 0;; ++attempt) {
      Ranks ranks(options_, attempt, signals_.before());
      wait_for(ranks);
      if (!ranks.untold().empty())
        log_error(ranks.untold() + "; look into the machine's log, memory may have been short");
      const bool again = ranks.failed() && ranks.code() != kUserError && !asked_;
      if (!again || attempt >= options_.max_restarts) return ranks.code();
      log_warning(fmt::format("ranks: start {} of at most {} after exit code {}", attempt + 2,
                              options_.max_restarts + 1, ranks.code()));
    }
  }

 private:
  static constexpr int kUserError = 2;

  void wait_for(Ranks& ranks) {
    std::optional<Clock::time_point> failed;
    bool warned = false;
    // A signal that came before they were begun is heard now and is not theirs yet.
    bool are_new = true;
    while (ranks.any()) {
      const auto signal = signals_.wait(std::chrono::milliseconds(are_new ? 0 : 200));
      if (signal && signal->number != SIGCHLD) pass_on(ranks, *signal, are_new);
      if (!signal) are_new = false;
      ranks.collect();
      if (!ranks.failed()) continue;
      if (!failed) failed = Clock::now();
      const auto time = Clock::now() - *failed;
      if (time > kByThemselves + kAfterTerm) {
        ranks.signal(SIGKILL);
      } else if (time > kByThemselves) {
        if (!warned) ranks.signal(SIGTERM);
        warned = true;
        ranks.end_halted();
      }
    }
  }

  void pass_on(const Ranks& ranks, const HeldSignals::Signal& signal, bool are_new) {
    if (signal.number != SIGUSR1) asked_ = true;
    // What a terminal sends goes to all that are in its group by then.
    if (!signal.of_terminal || are_new) ranks.signal(signal.number);
  }

  const LauncherOptions& options_;
  HeldSignals signals_;
  bool asked_ = false;
};

}  // namespace

int run_ranks(const LauncherOptions& options) {
  if (const auto launch = read_launch(); !launch.alone())
    throw Error(fmt::format("ranks: this process is rank {} of {} by {} already; leave --ranks out",
                            launch.rank, launch.ranks, launch.by));
  if (options.ranks > 1) expect_gloo();
  return Launcher(options).run();
}

}  // namespace trm::dist
