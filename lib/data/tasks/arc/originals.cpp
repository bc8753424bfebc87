#include "data/tasks/arc/originals.h"

#include <algorithm>

#include "data/tasks/arc/layout.h"

namespace trm::data::arc {

Originals originals_of(const std::vector<Subset>& subsets, bool train) {
  std::vector<const Pair*> pairs;
  Originals originals;
  for (const auto& subset : subsets) {
    for (const auto& puzzle : subset.puzzles) {
      const auto its = PlannedPuzzle{&puzzle, subset.tested, {}}.pairs(train);
      if (its.empty()) continue;
      pairs.insert(pairs.end(), its.begin(), its.end());
      originals.begin.push_back(static_cast<int64_t>(pairs.size()));
    }
  }
  for (size_t i = 0; i < pairs.size(); ++i) originals.examples.push_back(static_cast<int64_t>(i));
  originals.read = [pairs = std::move(pairs)](int64_t example, std::span<Token> input,
                                              std::span<Token> label) {
    const auto& pair = *pairs[static_cast<size_t>(example)];
    std::vector<uint8_t> canvas(input.size());
    place(pair.input, 0, 0, canvas);
    std::ranges::copy(canvas, input.begin());
    place(pair.output, 0, 0, canvas);
    std::ranges::copy(canvas, label.begin());
  };
  return originals;
}

}  // namespace trm::data::arc
