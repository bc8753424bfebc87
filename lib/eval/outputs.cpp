#include "eval/outputs.h"

#include <ATen/ops/cat.h>

#include <stdexcept>

namespace trm::eval {
namespace {

torch::Tensor output_named(const std::string& name, const Answers& answers) {
  if (name == "inputs") return answers.batch.inputs;
  if (name == "labels") return answers.batch.labels;
  if (name == "puzzle_identifiers") return answers.batch.puzzle_ids;
  if (name == "preds") return answers.predictions;
  const auto rows = answers.predictions.size(0);
  const auto of_puzzles = [&](const torch::Tensor& x) { return x.slice(0, 0, rows).cpu(); };
  if (name == "logits") return of_puzzles(answers.output.logits);
  if (name == "q_halt_logits") return of_puzzles(answers.output.q_halt);
  if (name == "q_continue_logits") return of_puzzles(answers.output.q_continue);
  throw std::logic_error("no output " + name);
}

}  // namespace

void OutputRecorder::add(const Answers& answers) {
  for (const auto& name : names_) kept_[name].push_back(output_named(name, answers).contiguous());
  examples_.insert(examples_.end(), answers.examples.begin(), answers.examples.end());
}

Archive OutputRecorder::archive() const {
  Archive archive;
  for (const auto& [name, parts] : kept_) archive.add(name, at::cat(parts));
  archive.add("example", torch::tensor(examples_));
  return archive;
}

}  // namespace trm::eval
