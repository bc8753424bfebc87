#pragma once

#include <algorithm>

#include "tensor/device.h"
#include "tensor/torch.h"

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

  int64_t rows() const { return inputs.size(0); }
  Batch to(const torch::Device& device) const {
    return {queue_to(inputs, device), queue_to(labels, device), queue_to(puzzle_ids, device),
            puzzles};
  }
  Batch slice(int64_t begin, int64_t end) const {
    return {inputs.slice(0, begin, end), labels.slice(0, begin, end),
            puzzle_ids.slice(0, begin, end), std::clamp<int64_t>(puzzles - begin, 0, end - begin)};
  }
};

}  // namespace trm
