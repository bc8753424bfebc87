#pragma once

#include <string>

#include "eval/evaluator.h"

namespace trm::eval {

// Where the numbers come from.
struct Origin {
  std::string checkpoint;
  int64_t checkpoint_step = 0;
  std::string weights;  // ema or raw
  std::string data, data_hash, config_hash, made_by, device, precision;
};

// A table for people.
std::string report_text(const Evaluation& evaluation, const Origin& origin);

// Keeps the first few answers of an evaluation, to draw them.
class AnswerRecorder {
 public:
  AnswerRecorder(const data::Task& task, int64_t drawings) : task_(task), drawings_(drawings) {}

  void add(const Answers& answers);

  // Puzzle and answer of the first few, wrong cells set off (in colour, or between brackets).
  std::string drawings(bool colours) const;

 private:
  const data::Task& task_;
  int64_t drawings_;
  std::vector<torch::Tensor> inputs_, labels_, predictions_;
  std::vector<int64_t> examples_;
};

}  // namespace trm::eval
