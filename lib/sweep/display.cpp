#include "sweep/display.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "core/log.h"
#include "core/terminal.h"

namespace trm::sweep {
namespace {

constexpr size_t kMostRuns = 16;  // lines of a block

std::string rate_text(double rate) { return fmt::format("{:.3g}", rate); }

}  // namespace

std::string overview_line(const Overview& overview) {
  auto text = fmt::format("{} running", overview.running.size());
  if (overview.elsewhere > 0) text += fmt::format(", {} elsewhere", overview.elsewhere);
  text += fmt::format(", {} waiting, {} done, {} failed", overview.waiting, overview.done,
                      overview.failed);
  double rate = 0;
  for (const auto& run : overview.running) rate += run.rate.value_or(0);
  if (rate > 0) text += "; " + rate_text(rate) + " steps/s";
  if (overview.seconds_left) text += "; " + human_seconds(*overview.seconds_left) + " left";
  return text;
}

std::string run_line(const Overview::Run& run, size_t name_width, int width) {
  std::string text = fmt::format("{}/{}", run.step, run.steps);
  if (run.rate) text += fmt::format("  {}/s", rate_text(*run.rate));
  if (run.loss) text += fmt::format("  loss {:.4f}", *run.loss);
  if (run.rate.value_or(0) > 0 && run.steps > run.step)
    text += "  " + human_seconds(static_cast<double>(run.steps - run.step) / *run.rate) + " left";
  const auto name = fmt::format("{:<{}}", run.name, name_width);
  // Nine columns: brackets, spaces, and the last column, where terminals may wrap.
  const int bar = std::clamp(width - static_cast<int>(name.size() + text.size()) - 9, 0, 20);
  const auto share =
      run.steps > 0
          ? std::clamp(static_cast<double>(run.step) / static_cast<double>(run.steps), 0.0, 1.0)
          : 0.0;
  std::string drawn;
  if (bar >= 5) drawn = bar_text(share, bar + 2) + "  ";
  return ("  " + name + "  " + drawn + text).substr(0, static_cast<size_t>(std::max(1, width - 1)));
}

Display Display::to_stderr() {
  if (is_quiet()) return Display({});
  const auto write = [](const std::string& text) {
    [[maybe_unused]] const auto ignored = ::write(STDERR_FILENO, text.data(), text.size());
  };
  return Display({write, is_terminal(STDERR_FILENO), terminal_width(STDERR_FILENO)});
}

bool Display::is_due() const {
  if (!output_.write) return false;
  const auto pause =
      output_.terminal ? std::chrono::milliseconds(250) : std::chrono::milliseconds(30'000);
  const bool first = output_.terminal && drawn_lines_ == 0;
  return first || Clock::now() - drawn_at_ >= pause;
}

void Display::update(const Overview& overview) {
  if (!is_due()) return;
  drawn_at_ = Clock::now();
  if (!output_.terminal) return output_.write(overview_line(overview) + "\n");
  size_t name_width = 0;
  for (const auto& run : overview.running) name_width = std::max(name_width, run.name.size());
  std::string text =
      overview_line(overview).substr(0, static_cast<size_t>(std::max(1, output_.width - 1))) + "\n";
  size_t lines = 1;
  for (const auto& run : overview.running) {
    if (lines > kMostRuns) break;
    text += run_line(run, name_width, output_.width) + "\n";
    ++lines;
  }
  clear();
  output_.write(text);
  drawn_lines_ = lines;
}

void Display::clear() {
  if (drawn_lines_ > 0) output_.write(fmt::format("\033[{}A\r\033[J", drawn_lines_));
  drawn_lines_ = 0;
}

}  // namespace trm::sweep
