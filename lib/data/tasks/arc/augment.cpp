#include "data/tasks/arc/augment.h"

#include <algorithm>
#include <unordered_set>

#include "data/fingerprint.h"

namespace trm::data::arc {
namespace {

constexpr int64_t kTriesEach = 5;

void add_grid(const Grid& grid, Fingerprint& print) {
  print.add(static_cast<uint8_t>(grid.rows));
  print.add(static_cast<uint8_t>(grid.columns));
  print.add(grid.cells);
}

// Of a puzzle's pairs as a set: their order does not matter. Two of the few thousand puzzles that
// one puzzle is compared with have the same by chance once in 10^12 puzzles.
uint64_t fingerprint_of(const Puzzle& puzzle, const Transform& transform) {
  std::vector<uint64_t> prints;
  for (const auto* pairs : {&puzzle.train, &puzzle.test}) {
    for (const auto& pair : *pairs) {
      Fingerprint print;
      add_grid(transform.apply(pair.input), print);
      add_grid(transform.apply(pair.output), print);
      prints.push_back(print.value());
    }
  }
  std::sort(prints.begin(), prints.end());
  Fingerprint all;
  for (const auto print : prints) all.add_number(print);
  return all.value();
}

template <class Random>
std::vector<Transform> draw(const Puzzle& puzzle, int64_t count, Random& random) {
  std::vector<Transform> transforms = {Transform{}};
  std::unordered_set<uint64_t> seen = {fingerprint_of(puzzle, Transform{})};
  for (int64_t i = 0; i < kTriesEach * count; ++i) {
    const auto transform = Transform::draw(random);
    if (!seen.insert(fingerprint_of(puzzle, transform)).second) continue;
    transforms.push_back(transform);
    if (static_cast<int64_t>(transforms.size()) > count) break;
  }
  return transforms;
}

}  // namespace

std::vector<Transform> draw_transforms(const Puzzle& puzzle, int64_t count, NumpyLegacy& random) {
  return draw(puzzle, count, random);
}

std::vector<Transform> draw_transforms(const Puzzle& puzzle, int64_t count, uint64_t seed) {
  Stream stream(seed, "arc transforms of " + puzzle.name);
  return draw(puzzle, count, stream);
}

}  // namespace trm::data::arc
