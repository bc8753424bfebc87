#include "core/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <string_view>

namespace trm {

bool is_terminal(int file) { return ::isatty(file) == 1; }

bool has_colours(int file) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return is_terminal(file) && (no_colour == nullptr || *no_colour == 0) && term != nullptr &&
         std::string_view(term) != "dumb";
}

int terminal_width(int file) {
  winsize size{};
  if (::ioctl(file, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

int page_width(int file) {
  const char* columns = std::getenv("COLUMNS");
  const int given = columns == nullptr ? 0 : std::atoi(columns);
  constexpr int kLeast = 40;
  return std::max(kLeast, given > 0 ? given : terminal_width(file));
}

std::string wrapped(std::string_view text, int width, int indent) {
  std::istringstream words{std::string(text)};
  const std::string margin(static_cast<size_t>(indent), ' ');
  std::string result, line;
  for (std::string word; words >> word;) {
    const bool fits = indent + static_cast<int>(line.size() + 1 + word.size()) <= width;
    if (!line.empty() && !fits) {
      result += margin + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return line.empty() ? result : result + margin + line + "\n";
}

std::string bar_text(double share, int columns) {
  const int inside = columns - 2;
  const int filled = static_cast<int>(share * inside + 0.5);
  return "[" + std::string(static_cast<size_t>(filled), '#') +
         std::string(static_cast<size_t>(inside - filled), '.') + "]";
}

std::string human_seconds(double seconds) {
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<int64_t>(std::llround(seconds));
  constexpr int64_t kDay = 86400;
  if (whole >= 2 * kDay) return fmt::format("{:.1f} days", seconds / kDay);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

// The bounds are where rounding reaches the next unit.
std::string human_count(double count) {
  if (count < 999.5) return fmt::format("{:.0f}", count);
  if (count < 999.95e3) return fmt::format("{:.1f} k", count / 1e3);
  if (count < 999.995e6) return fmt::format("{:.2f} M", count / 1e6);
  if (count < 999.995e9) return fmt::format("{:.2f} G", count / 1e9);
  return fmt::format("{:.2f} T", count / 1e12);
}

std::string human_bytes(double bytes) {
  if (bytes < 1023.5) return fmt::format("{:.0f} B", bytes);
  if (bytes < 1023.95 * 1024) return fmt::format("{:.1f} KiB", bytes / 1024);
  if (bytes < 1023.95 * 1048576) return fmt::format("{:.1f} MiB", bytes / 1048576);
  return fmt::format("{:.2f} GiB", bytes / 1073741824);
}

}  // namespace trm
