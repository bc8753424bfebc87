#include "core/screen.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "core/interrupt.h"
#include "core/terminal.h"

namespace trm {
namespace {

using std::chrono::milliseconds;

// Lines do not wrap: what is too long is cut by the terminal.
constexpr std::string_view kTake = "\033[?1049h\033[?25l\033[?7l\033[H\033[2J";
constexpr std::string_view kGiveBack = "\033[0m\033[?7h\033[?25h\033[?1049l";

std::timed_mutex mutex;  // of whatever is written, and of the rest here
std::atomic<bool> wanted = false, taken = false;
termios before;
int bell[2] = {-1, -1};  // a pipe that wakes who waits for a key

bool is_ready(int file, short events, milliseconds most) {
  pollfd waiting{file, events, 0};
  return ::poll(&waiting, 1, static_cast<int>(most.count())) == 1;
}

void write_all(std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // the terminal is gone, and a key will not come either
    text.remove_prefix(static_cast<size_t>(written));
  }
}

void take() {
  termios mine = before;
  // Ctrl-C and Ctrl-Z stay signals; Ctrl-S would hold up whoever draws.
  mine.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  mine.c_iflag &= ~static_cast<tcflag_t>(IXON);
  mine.c_cc[VMIN] = 1;
  mine.c_cc[VTIME] = 0;
  // In the background this stops the program until it is in front again.
  ::tcsetattr(STDIN_FILENO, TCSANOW, &mine);
  write_all(kTake);
  taken = true;
}

// Also from a signal handler: it calls what is allowed there and nothing else.
void give_back() {
  if (!taken.exchange(false)) return;
  // A terminal that takes nothing keeps nobody from leaving.
  if (is_ready(STDOUT_FILENO, POLLOUT, milliseconds(200))) write_all(kGiveBack);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

void ring() {
  const char byte = 0;
  [[maybe_unused]] const auto full_is_enough = ::write(bell[1], &byte, 1);
}

void stop_for_a_while() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  ::kill(::getpid(), SIGTSTP);
  // It stops here, unless nobody could continue it.
  pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
}

void handle(int signal) {
  std::unique_lock lock(mutex, std::defer_lock);
  // Who draws on a terminal that takes nothing is not waited for.
  const bool locked = lock.try_lock_for(milliseconds(500));
  switch (signal) {
    case SIGWINCH:
      break;
    case SIGTSTP:
      give_back();
      stop_for_a_while();
      if (wanted && locked) take();
      break;
    case SIGCONT:  // after a stop that could not be seen
      if (wanted && locked) take();
      break;
    default:
      give_back();
      leave_at_once(128 + signal);
  }
  ring();
}

[[noreturn]] void watch(sigset_t signals) {
  for (;;) {
    int signal = 0;
    if (sigwait(&signals, &signal) == 0) handle(signal);
  }
}

// A program that crashes gives the terminal back, too, and ends by the same signal.
void on_crash(int signal) {
  give_back();
  ::raise(signal);
}

void handle_crashes() {
  struct sigaction action {};
  action.sa_handler = on_crash;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
    ::sigaction(signal, &action, nullptr);
}

// The length of the escape sequence at the start of a text; 0 where its end is still to come.
size_t sequence_length(std::string_view text) {
  if (text.size() < 2) return 0;
  if (text[1] != '[' && text[1] != 'O') return 1;
  for (size_t i = 2; i < text.size(); ++i) {
    if (text[i] >= '@' && text[i] <= '~') return i + 1;
  }
  return 0;
}

}  // namespace

bool Screen::is_possible() {
  const char* term = std::getenv("TERM");
  return is_terminal(STDIN_FILENO) && is_terminal(STDOUT_FILENO) && term != nullptr && *term != 0 &&
         std::string_view(term) != "dumb";
}

void Screen::watch_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH}) {
    struct sigaction action {};
    const bool ignored = ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
    if (!ignored) sigaddset(&signals, signal);
  }
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread(watch, signals).detach();
}

Screen::Screen() {
  std::fflush(stdout);
  const std::lock_guard lock(mutex);
  if (wanted) throw std::logic_error("two screens on one terminal");
  if (bell[0] < 0 && ::pipe2(bell, O_CLOEXEC | O_NONBLOCK) != 0) bell[0] = bell[1] = -1;
  if (::tcgetattr(STDIN_FILENO, &before) != 0) throw std::logic_error("no terminal to draw on");
  wanted = true;
  handle_crashes();
  take();
}

Screen::~Screen() {
  const std::lock_guard lock(mutex);
  wanted = false;
  give_back();
}

Screen::Size Screen::size() const {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return {};
  return {size.ws_col, size.ws_row};
}

void Screen::draw(const std::vector<std::string>& lines) {
  const auto all_rows = static_cast<size_t>(size().rows), rows = std::min(lines.size(), all_rows);
  std::string text;
  for (size_t i = 0; i < rows; ++i)
    text += fmt::format("\033[{};1H\033[0m\033[2K{}", i + 1, lines[i]);
  text += "\033[0m";
  if (rows < all_rows) text += fmt::format("\033[{};1H\033[J", rows + 1);
  const std::lock_guard lock(mutex);
  if (taken) write_all(text);
}

int Screen::take_key() {
  if (typed_.empty()) return kNothing;
  size_t length = 1;
  int key = static_cast<unsigned char>(typed_[0]);
  if (key == '\033') {
    length = sequence_length(typed_);
    // The rest of an arrow comes at once, if it comes.
    if (length == 0) length = typed_.size();
    const char last = typed_[length - 1];
    key = length < 3 ? kNothing : last == 'C' ? kRight : last == 'D' ? kLeft : kNothing;
  }
  typed_.erase(0, length);
  return key;
}

int Screen::wait_for_key(milliseconds most) {
  if (const int key = take_key(); key != kNothing) return key;
  pollfd waiting[] = {{STDIN_FILENO, POLLIN, 0}, {bell[0], POLLIN, 0}};
  if (::poll(waiting, 2, static_cast<int>(most.count())) <= 0) return kNothing;
  if (waiting[1].revents != 0) {
    char bytes[64];
    while (::read(bell[0], bytes, sizeof bytes) > 0) {
    }
    return kRedraw;
  }
  char bytes[64];
  do {
    const auto count = ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) return kNothing;
    if (count <= 0) return kGone;
    typed_.append(bytes, static_cast<size_t>(count));
  } while (typed_.front() == '\033' && sequence_length(typed_) == 0 &&
           is_ready(STDIN_FILENO, POLLIN, milliseconds(50)));
  return take_key();
}

}  // namespace trm
