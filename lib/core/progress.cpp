#include "core/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "core/log.h"
#include "core/terminal.h"

namespace trm {
namespace {

constexpr std::string_view kRedraw = "\r\033[K";  // back to the line's start, and empty it

}  // namespace

Progress::Progress(std::string title, int64_t total, Output output, int64_t start)
    : title_(std::move(title)),
      total_(total),
      start_(start),
      done_(start),
      output_(std::move(output)),
      began_(Clock::now()) {
  if (!output_.terminal) drawn_ = began_;
}

Progress Progress::to_stderr(std::string title, int64_t total, int64_t start) {
  if (is_quiet()) return silent();
  const auto write = [](const std::string& text) {
    [[maybe_unused]] const auto ignored = ::write(2, text.data(), text.size());
    // Of a bar that is drawn again and again the last state stays.
    if (!text.ends_with('\n')) return;
    const size_t begin = text.starts_with(kRedraw) ? kRedraw.size() : 0;
    keep_line(std::string_view(text).substr(begin, text.size() - begin - 1));
  };
  return {std::move(title), total, {write, is_terminal(2), terminal_width(2)}, start};
}

Progress::~Progress() { clear(); }

std::string Progress::line(double seconds) const {
  const double rate = seconds > 0 ? static_cast<double>(done_ - start_) / seconds : 0;
  // More may be done than was expected; the bar ends at its end.
  const auto share =
      total_ > 0 ? std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_)) : 0;
  std::string text = fmt::format("{} {}/{}", title_, done_, total_);
  if (rate > 0) {
    text +=
        rate >= 1000 ? fmt::format("  {}/s", human_count(rate)) : fmt::format("  {:.3g}/s", rate);
    if (done_ < total_) {
      text += "  " + human_seconds(static_cast<double>(total_ - done_) / rate) + " left";
    } else {
      text += "  " + human_seconds(seconds);
    }
  }
  if (!note_.empty()) text += "  " + note_;
  if (!output_.terminal) return text;
  // Ten columns: brackets, percentage, spaces, and the last column, where terminals may wrap.
  const int bar = std::clamp(output_.width - static_cast<int>(text.size()) - 10, 0, 30);
  if (bar >= 5) {
    text = fmt::format("{} {:3.0f}%  ", bar_text(share, bar + 2), 100 * share) + text;
  }
  return text.substr(0, static_cast<size_t>(std::max(1, output_.width - 1)));
}

void Progress::expect(int64_t total, int64_t start) {
  total_ = total;
  start_ = done_ = start;
  began_ = Clock::now();
}

void Progress::update(int64_t done, const std::string& note) {
  done_ = done;
  note_ = note;
  if (!output_.write) return;
  const auto now = Clock::now();
  const auto pause =
      output_.terminal ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10000);
  if (now - drawn_ < pause) return;
  drawn_ = now;
  shown_ = true;
  const auto text = line(std::chrono::duration<double>(now - began_).count());
  output_.write(output_.terminal ? std::string(kRedraw) + text : text + "\n");
}

void Progress::finish() {
  if (finished_ || !output_.write) return;
  finished_ = true;
  const auto text = line(std::chrono::duration<double>(Clock::now() - began_).count());
  output_.write(output_.terminal ? std::string(kRedraw) + text + "\n" : text + "\n");
  shown_ = false;
}

void Progress::clear() {
  if (shown_ && output_.terminal && output_.write) output_.write(std::string(kRedraw));
  shown_ = false;
  if (output_.terminal) drawn_ = {};
}

}  // namespace trm
