#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "apps/result_file.h"
#include "apps/solve_trace.h"

namespace trm::apps {

// A moving picture: a frame a supervision step, `speed` of them a second, the last one held. Below
// the board the number of the step and the halting probability as a bar; cells that changed have a
// green frame, wrong ones a red one.
std::string gif_of(const data::Task& task, const SolveTrace& trace, double speed);

// A drawing that needs nothing else: the puzzle, the answers after these steps (from 1), and the
// right answer where it is known and the last of them is not. What was not given is blue, where it
// is text; wrong cells have a red frame.
std::string svg_of(const data::Task& task, const SolveTrace& trace,
                   const std::vector<int64_t>& steps);

// --gif, --svg and --svg-steps.
class SolvePictures {
 public:
  void add_options(CLI::App& app);
  bool wanted() const { return gif_.wanted() || svg_.wanted(); }
  // Before anything is solved. Error where there are several puzzles, or steps beyond `depth`.
  void check(size_t puzzles, int64_t depth) const;
  void write(const data::Task& task, const SolveTrace& trace, double speed) const;

 private:
  ResultFile gif_, svg_;
  std::vector<int64_t> svg_steps_;
};

}  // namespace trm::apps
