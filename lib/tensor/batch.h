#pragma once

#include <algorithm>

#include "tensor/device.h"
#include "tensor/record.h"

namespace trm {

// What a data set fixes for a model.
struct GridSpec {
  int64_t cells = 0;       // L
  int64_t vocabulary = 0;  // V, padding included
  int64_t puzzles = 0;     // N rows of the puzzle embedding, the blank one included
};

// A label with this value takes no part in losses and scores.
inline constexpr int64_t kIgnoredLabel = -100;

// Rows of a data set. Padding rows (evaluation only) come last: inputs 0, labels all ignored.
struct Batch {
  torch::Tensor inputs;      // [B, L] int32
  torch::Tensor labels;      // [B, L] int32
  torch::Tensor puzzle_ids;  // [B] int32
  int64_t puzzles = 0;       // rows that are not padding

  template <class Self, class F>
  static void each(Self& self, const F& f) {
    f("inputs", self.inputs);
    f("labels", self.labels);
    f("puzzle_identifiers", self.puzzle_ids);
  }

  int64_t rows() const { return inputs.size(0); }
  Batch to(const torch::Device& device) const {
    return record::map(*this, [&](const torch::Tensor& x) { return queue_to(x, device); });
  }
  Batch slice(int64_t begin, int64_t end) const {
    auto part = record::slice(*this, begin, end);
    part.puzzles = std::clamp<int64_t>(puzzles - begin, 0, end - begin);
    return part;
  }
};

}  // namespace trm
