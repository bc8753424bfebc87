#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "data/packed.h"
#include "data/tasks/arc/augment.h"

namespace trm::data::arc {

// A task and its copies.
struct PlannedPuzzle {
  const Puzzle* puzzle;
  bool tested;  // its test pairs are
  std::vector<Transform> transforms;

  // The pairs that one split has, in the file's order.
  std::vector<const Pair*> pairs(bool train) const;
};

// Numbers names in the order of their first appearance (spec 7.4); 0 is blank.
class Identifiers {
 public:
  // copies: each copy of a task has a name and number of its own; else the task alone has one.
  explicit Identifiers(bool copies) : copies_(copies) {}

  // Of the first copy; with copies, the others follow it.
  int32_t number(const PlannedPuzzle& planned);
  const std::vector<std::string>& names() const { return names_; }
  // By number, without copies.
  const std::vector<std::vector<uint32_t>>& augmentations() const { return augmentations_; }

 private:
  bool copies_;
  std::map<std::string, int32_t> numbers_;
  std::vector<std::string> names_ = {"<blank>"};
  std::vector<std::vector<uint32_t>> augmentations_;
};

// Which tasks a split has, by their place among the planned.
using Layout = std::vector<size_t>;

// Fills the split's lists: groups, puzzles, examples, identifiers.
Layout lay_out(const std::vector<PlannedPuzzle>& planned, bool train, bool copies,
               Identifiers& identifiers, PackedSplit& split);

// Where grids are put on the canvas: the numbers of the reference's builder, or of a stream that is
// the example's own.
class Translations {
 public:
  explicit Translations(std::shared_ptr<NumpyLegacy> random) : random_(std::move(random)) {}
  explicit Translations(uint64_t seed) : seed_(seed) {}

  // The corners of a puzzle's pairs; all at the top left where there is no translation, and the
  // pair that is drawn to stay there.
  std::vector<Corner> draw(const std::string& name, const std::vector<Pair>& pairs, bool translate);

 private:
  std::shared_ptr<NumpyLegacy> random_;
  uint64_t seed_ = 0;
};

// All examples of a split, some at a time.
using RowWriter = std::function<void(PackedSplit::Tokens inputs, PackedSplit::Tokens labels)>;
void write_rows(const std::vector<PlannedPuzzle>& planned, const Layout& layout, bool train,
                bool copies, Translations& translations, const RowWriter& write);

}  // namespace trm::data::arc
