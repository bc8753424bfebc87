#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace trm::data {

// One split as a builder fills it, before it is written (spec 6.2).
struct PackedSplit {
  std::vector<uint8_t> inputs, labels;       // [examples, cells] tokens
  std::vector<int32_t> puzzle_ids;           // [puzzles]
  std::vector<int32_t> puzzle_begin = {0};   // [puzzles + 1] offsets of examples
  std::vector<int32_t> group_begin = {0};    // [groups + 1] offsets of puzzles
  std::vector<int32_t> ratings;              // [examples]; empty where there are none
  std::vector<std::string> sources;          // [examples]; empty where there are none
  bool wide = false;                         // tokens are stored as int64, as the reference's builder does after augmentation
};

}  // namespace trm::data
