#include "apps/solve_trace.h"

#include "data/board_paint.h"
#include "tensor/values.h"

namespace trm::apps {

void SolveTrace::add(const Solved& now) {
  solved = now;
  answers.push_back(now.answer);
}

const std::vector<data::Token>& SolveTrace::before(size_t step) const {
  return step == 0 ? solved.puzzle : answers[step - 1];
}

bool SolveTrace::is_wrong(size_t step, size_t cell) const {
  const auto expected = solved.expected[cell];
  return expected != kIgnoredLabel && expected != answers[step][cell];
}

int64_t SolveTrace::wrong_cells(size_t step) const {
  int64_t count = 0;
  for (size_t i = 0; i < solved.expected.size(); ++i) count += is_wrong(step, i) ? 1 : 0;
  return count;
}

SolveTrace trace_of(const Batch& batch) {
  const auto inputs = row_of<data::Token>(batch.inputs, 0),
             labels = row_of<data::Token>(batch.labels, 0);
  const std::vector<data::Token> puzzle(inputs.begin(), inputs.end());
  return {{puzzle, puzzle, {labels.begin(), labels.end()}, {}}, {}};
}

MarkedPicture::MarkedPicture(const data::Task& task, const SolveTrace& trace, size_t step)
    : puzzle_(task.picture(trace.solved.puzzle)),
      before_(task.picture(trace.before(step))),
      now_(task.picture(trace.answers[step])) {
  if (!trace.solved.is_known()) return;
  // Nothing is wrong where nothing is asked.
  auto right = trace.solved.expected;
  for (size_t i = 0; i < right.size(); ++i) {
    if (right[i] == kIgnoredLabel) right[i] = trace.answers[step][i];
  }
  right_ = task.picture(right);
}

bool MarkedPicture::is_wrong(int64_t row, int64_t column) const {
  return right_ &&
         !data::same_cell(data::cell_at(now_, row, column), data::cell_at(*right_, row, column));
}

bool MarkedPicture::is_changed(int64_t row, int64_t column) const {
  return !data::same_cell(data::cell_at(now_, row, column), data::cell_at(before_, row, column));
}

bool MarkedPicture::is_given(int64_t row, int64_t column) const {
  return data::same_cell(data::cell_at(now_, row, column), data::cell_at(puzzle_, row, column));
}

}  // namespace trm::apps
