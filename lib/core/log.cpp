#include "core/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>

namespace trm {
namespace {

std::atomic<bool> quiet = false;
std::atomic<int> kept = -1;  // the file that keeps the lines

void write_line(int file, std::string_view text) {
  const auto line = std::string(text) + '\n';
  [[maybe_unused]] const auto ignored = ::write(file, line.data(), line.size());
}

}  // namespace

void set_quiet() { quiet = true; }

bool is_quiet() {
  const char* level = std::getenv("TRM_LOG");
  return quiet || (level != nullptr && std::string_view(level) == "quiet");
}

void log_info(std::string_view text) {
  if (!is_quiet()) write_line(2, text);
  keep_line(text);
}

void log_warning(std::string_view text) {
  const auto line = "warning: " + std::string(text);
  write_line(2, line);
  keep_line(line);
}

void log_error(std::string_view text) {
  const auto line = "error: " + std::string(text);
  write_line(2, line);
  keep_line(line);
}

void keep_console_log(const std::filesystem::path& file) {
  const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const int before = kept.exchange(opened);
  if (before >= 0) ::close(before);
}

void keep_line(std::string_view text) {
  if (const int file = kept; file >= 0) write_line(file, text);
}

}  // namespace trm
