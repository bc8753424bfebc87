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
  int64_t threads = 0;
};

// A table for people.
std::string report_text(const Evaluation& evaluation, const Origin& origin);

// Keeps answers while an evaluation runs: all of them for a file, the first few as drawings.
class AnswerRecorder {
 public:
  AnswerRecorder(const data::Task& task, int64_t drawings, bool keep_all)
      : task_(task), drawings_(drawings), keep_all_(keep_all) {}

  void add(const Answers& answers);

  // Puzzle and answer of the first few, wrong cells set off (in colour, or between brackets).
  std::string drawings(bool colours) const;

  // inputs, labels, preds [N, L] int32, puzzle_identifiers, example [N], q_halt_logits [N] float32.
  Archive predictions() const;

 private:
  const data::Task& task_;
  int64_t drawings_;
  bool keep_all_;
  std::vector<torch::Tensor> inputs_, labels_, predictions_, puzzle_ids_, q_halt_;
  std::vector<int64_t> examples_;
};

}  // namespace trm::eval
