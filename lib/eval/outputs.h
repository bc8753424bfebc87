#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "eval/evaluator.h"

namespace trm::eval {

// What an evaluation can keep beside its scores, by the references' names.
inline constexpr std::string_view kOutputNames[] = {
    "inputs", "labels",        "puzzle_identifiers", "preds",
    "logits", "q_halt_logits", "q_continue_logits"};

// Keeps outputs while an evaluation runs, all in memory.
class OutputRecorder {
 public:
  // names: of kOutputNames.
  explicit OutputRecorder(std::vector<std::string> names) : names_(std::move(names)) {}

  void add(const Answers& answers);

  // The named tensors, one row a puzzle, and `example` [N], their numbers in the data set.
  Archive archive() const;

 private:
  std::vector<std::string> names_;
  std::map<std::string, std::vector<torch::Tensor>> kept_;
  std::vector<int64_t> examples_;
};

}  // namespace trm::eval
