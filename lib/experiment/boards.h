#pragma once

#include <vector>

#include "data/board_image.h"
#include "eval/evaluator.h"

namespace trm::experiment {

// The first puzzles of an evaluation as images, with the answers that they got.
class Boards {
 public:
  static constexpr size_t kMost = 3;

  explicit Boards(const data::Task& task) : task_(task) {}
  void add(const eval::Answers& answers);
  const std::vector<format::Image>& images() const { return images_; }

 private:
  const data::Task& task_;
  std::vector<format::Image> images_;
};

}  // namespace trm::experiment
