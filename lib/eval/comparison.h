#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/statistics.h"
#include "eval/evaluation.h"

namespace trm::eval {

// Two evaluations of the same puzzles, puzzle by puzzle; those with a known answer count that are
// no copies of others, for the tests are of independent ones.
struct Comparison {
  int64_t puzzles = 0;
  int64_t both = 0, only_first = 0, only_second = 0, neither = 0;
  double difference = 0;                                   // of exact accuracy, first less second
  Interval interval = {};                                  // of that (core/statistics.h)
  double p = 1;                                            // McNemar's, exact
  std::vector<int64_t> solved_by_first, solved_by_second;  // examples that one alone solves
};

// `examples` of both, in their order. std::logic_error where the evaluations are not of as many.
Comparison compared(const Evaluation& first, const Evaluation& second,
                    std::span<const int64_t> examples);

}  // namespace trm::eval
