#include "report/outcome.h"

#include <algorithm>
#include <stdexcept>

#include "tensor/batch.h"

namespace trm::report {

std::vector<data::Token> solution_of(const Played& puzzle) {
  auto solution = puzzle.label;
  std::replace(solution.begin(), solution.end(), static_cast<data::Token>(kIgnoredLabel),
               data::Token{0});
  return solution;
}

Outcome outcome_of(const Played& puzzle, const data::Task& task) {
  if (puzzle.frames.empty()) throw std::logic_error("a puzzle of a page without an answer");
  const auto& answer = puzzle.frames.back().answer;
  Outcome outcome;
  for (size_t i = 0; i < puzzle.label.size(); ++i) {
    if (puzzle.label[i] == kIgnoredLabel) continue;
    ++outcome.cells;
    outcome.right_cells += puzzle.label[i] == answer.at(i) ? 1 : 0;
  }
  outcome.known = outcome.cells > 0;
  outcome.right = outcome.known && outcome.right_cells == outcome.cells;
  for (size_t step = 1; step < puzzle.frames.size(); ++step) {
    if (puzzle.frames[step].answer != puzzle.frames[step - 1].answer)
      outcome.last_change = static_cast<int64_t>(step) + 1;
  }
  if (outcome.known && !outcome.right)
    outcome.mistake = task.mistake(puzzle.input, solution_of(puzzle), answer);
  return outcome;
}

std::vector<MistakeCount> count_mistakes(const std::vector<Outcome>& outcomes) {
  std::vector<MistakeCount> counts;
  for (const auto& outcome : outcomes) {
    if (outcome.mistake.empty()) continue;
    auto found = std::find_if(counts.begin(), counts.end(),
                              [&](const auto& count) { return count.name == outcome.mistake; });
    if (found == counts.end()) found = counts.insert(counts.end(), {outcome.mistake, 0});
    ++found->puzzles;
  }
  std::stable_sort(counts.begin(), counts.end(),
                   [](const auto& a, const auto& b) { return a.puzzles > b.puzzles; });
  return counts;
}

}  // namespace trm::report
