#pragma once

#include <optional>
#include <vector>

#include "apps/solve_rows.h"
#include "data/picture.h"
#include "data/task.h"

namespace trm::apps {

// How one puzzle's answer came about.
struct SolveTrace {
  Solved solved;                                  // as the last step left it
  std::vector<std::vector<data::Token>> answers;  // [steps][cells], after each supervision step

  // Takes what solve_batch() visits with, once a step.
  void add(const Solved& now);
  size_t steps() const { return answers.size(); }
  // Before a step, counted from 0: the answer of the one before it, or the puzzle.
  const std::vector<data::Token>& before(size_t step) const;
  bool is_wrong(size_t step, size_t cell) const;
  int64_t wrong_cells(size_t step) const;
};

// The only puzzle of a batch, before any step.
SolveTrace trace_of(const Batch& batch);

// What an answer looks like beside the puzzle and the right answer, cell by cell as they are drawn.
class MarkedPicture {
 public:
  MarkedPicture(const data::Task& task, const SolveTrace& trace, size_t step);

  const data::Picture& picture() const { return now_; }
  // Not what the right answer has there, where that is known.
  bool is_wrong(int64_t row, int64_t column) const;
  // Since the step before.
  bool is_changed(int64_t row, int64_t column) const;
  // As the puzzle has it.
  bool is_given(int64_t row, int64_t column) const;

 private:
  data::Picture puzzle_, before_, now_;
  std::optional<data::Picture> right_;
};

}  // namespace trm::apps
