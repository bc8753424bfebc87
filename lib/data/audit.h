#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "data/dataset.h"
#include "data/task.h"

namespace trm::data {

// The examples of a split that an audit reads: of each group those of its first puzzle, of which
// the others are copies.
struct Originals {
  std::vector<int64_t> examples;     // their numbers in the split
  std::vector<int64_t> begin = {0};  // [groups + 1] offsets among them
  // Of a number in the split; may be called on several threads at a time.
  std::function<void(int64_t example, std::span<Token> input, std::span<Token> label)> read;
};

// `data`, `split` must outlive what is returned; the tokens of `split` are in memory.
Originals originals_of(const Dataset& data);
Originals originals_of(const PackedSplit& split, int64_t cells);

// Something that can be trained on and makes scores mean less than they say.
struct Finding {
  std::string split;  // "test"
  std::string what;   // "examples are equivalent to training examples"
  int64_t count = 0, of = 0;
  int64_t first = 0;  // the number of the first of them in its split
};

// "12 of 400 test examples are equivalent to training examples (the first is example 7)".
std::string to_string(const Finding& finding);

// Counts
// - test examples that are equivalent to a training example under the task's symmetries,
// - puzzles of a split that are there already, with the same examples in the same order,
// - examples that the task finds fault with,
// and finds nothing where all is right. On all processors; `progress` counts examples.
std::vector<Finding> audit(const Task& task, int64_t cells, const Originals& train,
                           const Originals& test, Progress& progress);

}  // namespace trm::data
