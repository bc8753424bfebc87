#include "data/tasks/arc/layout.h"

#include <algorithm>

#include "data/parallel.h"

namespace trm::data::arc {
namespace {

constexpr size_t kCells = kMostSide * kMostSide;
constexpr size_t kRowsAtOnce = 8192;  // 15 MB of tokens

// One example to be put on a canvas.
struct Row {
  Pair pair;
  Corner corner;
};

void flush(std::vector<Row>& rows, const RowWriter& write) {
  std::vector<uint8_t> inputs(rows.size() * kCells), labels(inputs.size());
  constexpr size_t kChunk = 256;
  const auto chunks = static_cast<int64_t>((rows.size() + kChunk - 1) / kChunk);
  in_parallel(chunks, 0, [&](int64_t chunk) {
    const auto begin = static_cast<size_t>(chunk) * kChunk;
    for (size_t i = begin; i < std::min(rows.size(), begin + kChunk); ++i) {
      const auto& [pair, corner] = rows[i];
      place(pair.input, corner.row, corner.column, {inputs.data() + i * kCells, kCells});
      place(pair.output, corner.row, corner.column, {labels.data() + i * kCells, kCells});
    }
  });
  write(inputs, labels);
  rows.clear();
}

}  // namespace

std::vector<const Pair*> PlannedPuzzle::pairs(bool train) const {
  std::vector<const Pair*> pairs;
  const auto add = [&](const std::vector<Pair>& from) {
    for (const auto& pair : from) pairs.push_back(&pair);
  };
  if (tested) {
    add(train ? puzzle->train : puzzle->test);
  } else if (train) {
    // Tests whose answers are not known teach nothing.
    if (puzzle->test_first && puzzle->solved) add(puzzle->test);
    add(puzzle->train);
    if (!puzzle->test_first && puzzle->solved) add(puzzle->test);
  }
  return pairs;
}

int32_t Identifiers::number(const PlannedPuzzle& planned) {
  const auto& name = planned.puzzle->name;
  const auto [entry, fresh] = numbers_.emplace(name, static_cast<int32_t>(names_.size()));
  if (!fresh) return entry->second;
  if (copies_) {
    for (const auto& transform : planned.transforms) names_.push_back(name + transform.suffix());
    return entry->second;
  }
  names_.push_back(name);
  if (augmentations_.empty()) augmentations_.push_back({0});  // the blank one's
  auto& codes = augmentations_.emplace_back();
  for (const auto& transform : planned.transforms) codes.push_back(transform.code());
  return entry->second;
}

Layout lay_out(const std::vector<PlannedPuzzle>& planned, bool train, bool copies,
               Identifiers& identifiers, PackedSplit& split) {
  Layout layout;
  for (size_t i = 0; i < planned.size(); ++i) {
    const auto examples = static_cast<int32_t>(planned[i].pairs(train).size());
    if (examples == 0) continue;
    layout.push_back(i);
    const auto first = identifiers.number(planned[i]);
    const size_t count = copies ? planned[i].transforms.size() : 1;
    for (size_t k = 0; k < count; ++k) {
      split.puzzle_ids.push_back(first + static_cast<int32_t>(k));
      split.puzzle_begin.push_back(split.puzzle_begin.back() + examples);
    }
    split.group_begin.push_back(static_cast<int32_t>(split.puzzle_ids.size()));
  }
  return layout;
}

std::vector<Corner> Translations::draw(const std::string& name, const std::vector<Pair>& pairs,
                                       bool translate) {
  std::vector<Corner> corners(pairs.size());
  Stream stream(seed_, "arc translation of " + name);
  const auto below = [&](int64_t n) {
    return random_ ? random_->randint(0, n)
                   : static_cast<int64_t>(stream.below(static_cast<uint64_t>(n)));
  };
  const auto kept = static_cast<size_t>(below(static_cast<int64_t>(pairs.size())));
  for (size_t i = 0; translate && i < pairs.size(); ++i) {
    if (i == kept) continue;
    const auto& [input, output] = pairs[i];
    corners[i].row = below(kMostSide - std::max(input.rows, output.rows) + 1);
    corners[i].column = below(kMostSide - std::max(input.columns, output.columns) + 1);
  }
  return corners;
}

void write_rows(const std::vector<PlannedPuzzle>& planned, const Layout& layout, bool train,
                bool copies, Translations& translations, const RowWriter& write) {
  std::vector<Row> rows;
  for (const auto index : layout) {
    const auto& puzzle = planned[index];
    const auto pairs = puzzle.pairs(train);
    const size_t count = copies ? puzzle.transforms.size() : 1;
    for (size_t k = 0; k < count; ++k) {
      const auto& transform = puzzle.transforms[k];
      std::vector<Pair> changed;
      // An answer that is not known is no label, but in the references' folders, which have [[0]].
      const bool known = train || copies || puzzle.puzzle->solved;
      for (const auto* pair : pairs) {
        changed.push_back(
            {transform.apply(pair->input), known ? transform.apply(pair->output) : Grid{}});
      }
      const auto corners =
          translations.draw(puzzle.puzzle->name + transform.suffix(), changed, train && copies);
      for (size_t i = 0; i < changed.size(); ++i)
        rows.push_back({std::move(changed[i]), corners[i]});
      if (rows.size() >= kRowsAtOnce) flush(rows, write);
    }
  }
  flush(rows, write);
}

}  // namespace trm::data::arc
