#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <string>

#include "apps/solve_frame.h"
#include "apps/solve_trace.h"
#include "core/screen.h"

namespace trm::apps {

// --watch and --speed.
struct WatchOptions {
  bool wanted = false;
  double speed = 4;  // steps a second, of --gif too

  void add_options(CLI::App& app);
  // After the command line is read, before threads are begun: gets ready for a screen. Where there
  // is none says so, and nothing is watched.
  void prepare();
};

// A terminal on which puzzles are solved, one after another; it is given back with the last. Each
// step is shown until the next one is due or asked for.
class SolveWatch {
 public:
  SolveWatch(const SolveFrame& frame, double speed, size_t puzzles, size_t depth);

  // The only puzzle of a batch.
  SolveTrace solve(const Searcher& searcher, const Batch& batch, const std::string& title = "");
  // Whether somebody has seen enough: nothing is shown any more.
  bool ended() const { return ended_; }

 private:
  using Clock = std::chrono::steady_clock;

  void play(const SolveTrace& trace);
  // Whether to go on with what comes after the newest step.
  bool goes_on(const SolveTrace& trace, int key);
  bool is_last(const SolveTrace& trace) const;
  void step_to(const SolveTrace& trace, size_t step);

  const SolveFrame& frame_;
  SolveFrame::State state_;
  size_t puzzles_, begun_ = 0;
  bool ended_ = false;
  Clock::time_point due_;
  Screen screen_;
};

}  // namespace trm::apps
