#include "core/log.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>

namespace trm {
namespace {

std::atomic<bool> quiet = false;

void write_line(std::string text) {
  text += '\n';
  [[maybe_unused]] const auto ignored = ::write(2, text.data(), text.size());
}

}  // namespace

void set_quiet() { quiet = true; }

bool is_quiet() {
  const char* level = std::getenv("TRM_LOG");
  return quiet || (level != nullptr && std::string_view(level) == "quiet");
}

void log_info(std::string_view text) {
  if (!is_quiet()) write_line(std::string(text));
}

void log_warning(std::string_view text) { write_line("warning: " + std::string(text)); }

}  // namespace trm
