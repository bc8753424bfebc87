#include "eval/comparison.h"

#include <stdexcept>

namespace trm::eval {

Comparison compared(const Evaluation& first, const Evaluation& second,
                    std::span<const int64_t> examples) {
  if (first.exact.size() != examples.size() || second.exact.size() != examples.size())
    throw std::logic_error("two evaluations of different puzzles");
  Comparison result;
  for (size_t i = 0; i < examples.size(); ++i) {
    if (first.exact[i] < 0 || second.exact[i] < 0 || first.copy[i]) continue;
    const bool a = first.exact[i] == 1, b = second.exact[i] == 1;
    ++result.puzzles;
    ++(a && b ? result.both : a ? result.only_first : b ? result.only_second : result.neither);
    if (a && !b) result.solved_by_first.push_back(examples[i]);
    if (b && !a) result.solved_by_second.push_back(examples[i]);
  }
  if (result.puzzles == 0) return result;
  result.difference = static_cast<double>(result.only_first - result.only_second) /
                      static_cast<double>(result.puzzles);
  result.interval = difference_of_pairs(result.only_first, result.only_second, result.puzzles);
  result.p = mcnemar(result.only_first, result.only_second);
  return result;
}

}  // namespace trm::eval
