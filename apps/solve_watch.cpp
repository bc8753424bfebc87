#include "apps/solve_watch.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/log.h"

namespace trm::apps {
namespace {

constexpr double kSlowest = 0.1, kFastest = 50;

std::chrono::milliseconds milliseconds_of(double seconds) {
  return std::chrono::milliseconds(static_cast<int64_t>(1000 * seconds));
}

}  // namespace

void WatchOptions::add_options(CLI::App& app) {
  app.add_flag("--watch", wanted, "Show each puzzle being solved, step after step in one place");
  app.add_option("--speed", speed, "Of --watch and --gif: supervision steps a second")
      ->check(CLI::Range(kSlowest, kFastest).description(""))
      ->capture_default_str();
}

void WatchOptions::prepare() {
  if (!wanted) return;
  wanted = Screen::is_possible();
  if (wanted) {
    Screen::watch_signals();
  } else {
    log_info("--watch: standard input and output are not both a terminal to draw on; plain lines");
  }
}

SolveWatch::SolveWatch(const SolveFrame& frame, double speed, size_t puzzles, size_t depth)
    : frame_(frame), puzzles_(puzzles) {
  state_.speed = speed;
  state_.depth = depth;
}

SolveTrace SolveWatch::solve(const Searcher& searcher, const Batch& batch,
                             const std::string& title) {
  ++begun_;
  state_.title = puzzles_ > 1 ? fmt::format("puzzle {} of {}", begun_, puzzles_) : title;
  auto trace = trace_of(batch);
  std::vector<Solved> steps;
  solve_batch(
      searcher, batch, static_cast<int64_t>(begun_) - 1,
      [&](const std::vector<Solved>& rows, const auto& /*before*/) { steps.push_back(rows[0]); });
  state_.depth = steps.size();  // fewer where it halted
  step_to(trace, 0);
  play(trace);
  for (const auto& now : steps) {
    trace.add(now);
    step_to(trace, trace.steps());
    play(trace);
  }
  return trace;
}

bool SolveWatch::is_last(const SolveTrace& trace) const {
  return begun_ == puzzles_ && state_.step == trace.steps() && trace.steps() == state_.depth;
}

void SolveWatch::step_to(const SolveTrace& trace, size_t step) {
  constexpr double kHeld = 2;  // seconds, of a last step before the next puzzle
  state_.step = step;
  const double shown = step == state_.depth ? std::max(kHeld, 1 / state_.speed) : 1 / state_.speed;
  due_ = Clock::now() + milliseconds_of(shown);
  state_.ended = is_last(trace);
}

void SolveWatch::play(const SolveTrace& trace) {
  using std::chrono::milliseconds;
  constexpr milliseconds kForever{-1};
  while (!ended_) {
    screen_.draw(frame_.lines(trace, state_, screen_.size()));
    const bool waits = state_.paused || is_last(trace);
    const auto left = std::chrono::ceil<milliseconds>(due_ - Clock::now());
    const int key = screen_.wait_for_key(waits ? kForever : std::max(left, milliseconds(0)));
    if (goes_on(trace, key)) return;
    if (key == Screen::kNothing && !waits && Clock::now() >= due_) {
      if (state_.step == trace.steps()) return;
      step_to(trace, state_.step + 1);
    }
  }
}

bool SolveWatch::goes_on(const SolveTrace& trace, int key) {
  constexpr double kFaster = 1.5;
  switch (key) {
    case ' ':
      state_.paused = !state_.paused;
      step_to(trace, state_.step);
      return false;
    case 'n':
    case Screen::kRight:
      state_.paused = true;
      if (state_.step == trace.steps()) return !is_last(trace);
      step_to(trace, state_.step + 1);
      return false;
    case 'p':
    case Screen::kLeft:
      state_.paused = true;
      if (state_.step > 0) step_to(trace, state_.step - 1);
      return false;
    case '+':
    case '=':
    case '-':
    case '_':
      state_.speed =
          std::clamp(key == '+' || key == '=' ? state_.speed * kFaster : state_.speed / kFaster,
                     kSlowest, kFastest);
      step_to(trace, state_.step);
      return false;
    case 'q':
    case Screen::kGone:
      ended_ = true;
      return true;
    default:
      return false;
  }
}

}  // namespace trm::apps
