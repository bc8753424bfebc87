#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "eval/evaluator.h"
#include "format/safetensors.h"

namespace trm::eval {

// What an evaluation can keep beside its scores, by the references' names; and `exact` [N] int8: 1
// where the whole answer is right, 0 where it is not, -1 where it is not known.
inline constexpr std::string_view kOutputNames[] = {
    "inputs", "labels",        "puzzle_identifiers", "preds",
    "logits", "q_halt_logits", "q_continue_logits",  "exact"};

// Writes outputs to a file while an evaluation runs, batch by batch: a set's outputs may be larger
// than the memory.
class OutputWriter {
 public:
  // names: of kOutputNames. puzzles: rows that will come in all.
  OutputWriter(const std::filesystem::path& path, std::vector<std::string> names, int64_t puzzles);

  void add(const Answers& answers);

  // The file appears: the named tensors, one row a puzzle, and `example` [N], their numbers in the
  // data set. Without this, as where the evaluation was stopped, there is none.
  void commit() { stream_.commit(); }

 private:
  void begin(const std::vector<torch::Tensor>& first);

  std::vector<std::string> names_;  // in the file's order
  int64_t puzzles_;
  format::SafetensorsStream stream_;
};

}  // namespace trm::eval
