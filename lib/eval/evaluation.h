#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/statistics.h"
#include "data/scorer.h"
#include "eval/search.h"

namespace trm::eval {

// Means over the puzzles whose answers are known (spec 4 and 6.6); NaN where none is. Others and
// padding rows count nowhere, unless in a loss by the references' rule.
struct Scores {
  double exact_accuracy = 0, accuracy = 0;
  std::vector<data::Score> metrics = {};  // the objective's own (Solver::metrics), in its order

  // Of the objective's own; NaN where it has none of that name.
  double metric(std::string_view name) const;
};

// Of the share of right answers among known ones. Copies of a puzzle say hardly more than it alone:
// the share counts as that of the originals.
Interval interval_of(int64_t right, int64_t known, int64_t originals);

// Puzzles of one kind, and how many of them are solved.
struct Bin {
  int64_t low = 0, high = 0;  // ratings, or sizes, low .. high
  int64_t puzzles = 0, right = 0;
  int64_t originals = 0;  // of the puzzles: those that are no copy of another

  double exact_accuracy() const {
    return static_cast<double>(right) / static_cast<double>(puzzles);
  }
  Interval interval() const { return interval_of(right, puzzles, originals); }
};

// What a rule of selection makes of the same trajectories.
struct SelectionScore {
  Selection selection;
  int64_t right = 0;
  double exact_accuracy = 0, accuracy = 0;
  Interval interval = {};  // of exact_accuracy, as are all
};
struct DepthScore {
  int64_t depth;
  std::vector<SelectionScore> selections;  // as Search has them
};
// By the first so many trajectories of each puzzle.
struct BreadthScore {
  int64_t breadth;
  std::vector<DepthScore> by_depth;
};

// The first trajectories alone, had each stopped where its halting value first is above a threshold
// (a probability), or its residual below one.
struct StoppedScore {
  Halt rule;
  double threshold;
  double mean_steps = 0, exact_accuracy = 0;
  Interval interval = {};
};

// What the halting value of the chosen trajectory, as a probability, says of its answer.
struct Calibration {
  struct Range {
    double low, high;
    int64_t puzzles = 0;
    double mean = 0, share = 0;  // probability said, and share that is right
  };
  std::vector<Range> ranges;
  double brier = 0;           // mean square of what is said less what is
  double expected_error = 0;  // mean over puzzles of |mean - share| of their range
};

struct Evaluation {
  int64_t puzzles = 0;
  int64_t known = 0;            // of them with a known answer, which scores are of
  int64_t originals = 0;        // of these: no copies of others, and so independent
  Scores scores;                // by the first selection, after the last supervision step
  std::vector<Scores> by_step;  // of the first trajectories, after each supervision step
  std::vector<Bin> by_rating, by_size;
  std::string size_name;
  std::vector<BreadthScore> by_breadth;
  double mean_steps = 0;       // supervision steps of a puzzle, all its trajectories together
  double step_operations = 0;  // of a trajectory's supervision step
  std::vector<StoppedScore> curve;
  Calibration calibration;
  std::vector<double> changed_by_step;  // share of first trajectories whose answer changed
  double converged = 0, spurious_fixed_points = 0;  // shares: converged; and wrong besides
  std::vector<data::Score> by_task;
  data::Files files;          // what the task makes of the answers
  std::vector<int8_t> exact;  // of each puzzle in order: 1 right, 0 wrong, -1 not known
  std::vector<bool> copy;     // likewise: whether it is a copy of another
  double seconds = 0;
  int64_t workers = 1;  // that computed at the same time
  int signal = 0;       // that ended it before all puzzles were done; the same on all ranks

  // By all trajectories.
  const std::vector<DepthScore>& by_depth() const { return by_breadth.back().by_depth; }
  // Of exact_accuracy, as of a share of as many independent puzzles as there are originals.
  double standard_error() const;
  Interval interval() const;
};

}  // namespace trm::eval
