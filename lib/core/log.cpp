#include "core/log.h"

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace trm {
namespace {

void write_line(std::string text) {
  text += '\n';
  [[maybe_unused]] const auto ignored = ::write(2, text.data(), text.size());
}

}  // namespace

void log_info(std::string_view text) {
  const char* level = std::getenv("TRM_LOG");
  if (level == nullptr || std::string_view(level) != "quiet") write_line(std::string(text));
}

void log_warning(std::string_view text) { write_line("warning: " + std::string(text)); }

}  // namespace trm
