#pragma once

#include <string>
#include <vector>

#include "apps/solve_trace.h"
#include "core/screen.h"

namespace trm::apps {

// One picture of --watch, as lines for a screen.
class SolveFrame {
 public:
  struct State {
    std::string title;
    size_t step = 0;   // the one that is shown, 0 for the puzzle
    size_t depth = 0;  // how many there will be
    double speed = 0;  // steps a second
    bool paused = false, ended = false;
  };

  // Without colours marks are underlined and in reverse; `painted` tasks are told by their cells'
  // colour, as ARC's.
  SolveFrame(const data::Task& task, bool colours, bool painted)
      : task_(task), colours_(colours), painted_(colours && painted) {}

  // At most as many lines as the screen has, none longer than it is wide. What there is no room for
  // is left out, and said.
  std::vector<std::string> lines(const SolveTrace& trace, const State& state,
                                 Screen::Size size) const;

 private:
  struct Letter {
    std::string style;  // an escape code, or nothing
    std::string text;
  };
  using Row = std::vector<Letter>;

  std::vector<Row> drawn(const SolveTrace& trace, size_t step) const;
  std::vector<Row> painted(const SolveTrace& trace, size_t step) const;
  std::string style_of(bool changed, bool wrong, bool blank) const;
  static std::string text_of(const Row& row, size_t columns);

  const data::Task& task_;
  bool colours_, painted_;
};

}  // namespace trm::apps
