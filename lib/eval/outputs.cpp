#include "eval/outputs.h"

#include <algorithm>
#include <stdexcept>

#include "tensor/dtype.h"
#include "tensor/values.h"

namespace trm::eval {
namespace {

torch::Tensor exact(const Answers& answers) {
  const auto& labels = answers.batch.labels;
  const auto asked = labels.ne(kIgnoredLabel);
  const auto right = labels.eq(answers.predictions).logical_or(asked.logical_not()).all(1);
  return at::where(asked.any(1), right.to(at::kChar), torch::full({labels.size(0)}, -1, at::kChar));
}

torch::Tensor output_named(const std::string& name, const Answers& answers) {
  if (name == "inputs") return answers.batch.inputs;
  if (name == "labels") return answers.batch.labels;
  if (name == "puzzle_identifiers") return answers.batch.puzzle_ids;
  if (name == "preds") return answers.predictions;
  if (name == "exact") return exact(answers);
  if (name == "example")
    return torch::tensor(at::IntArrayRef(answers.examples.data(), answers.examples.size()),
                         at::kLong);
  const auto rows = answers.predictions.size(0);
  const auto of_puzzles = [&](const torch::Tensor& x) { return x.slice(0, 0, rows).cpu(); };
  if (name == "logits") return of_puzzles(answers.output.logits);
  if (name == "q_halt_logits") return of_puzzles(answers.output.q_halt);
  if (name == "q_continue_logits") return of_puzzles(answers.output.q_continue);
  throw std::logic_error("no output " + name);
}

}  // namespace

OutputWriter::OutputWriter(const std::filesystem::path& path, std::vector<std::string> names,
                           int64_t puzzles)
    : names_(std::move(names)), puzzles_(puzzles), stream_(path) {
  std::sort(names_.begin(), names_.end());
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
  names_.emplace_back("example");
}

void OutputWriter::add(const Answers& answers) {
  std::vector<torch::Tensor> parts;
  for (const auto& name : names_) parts.push_back(output_named(name, answers).contiguous());
  if (!stream_.begun()) begin(parts);
  for (size_t i = 0; i < parts.size(); ++i) stream_.add(i, bytes_of(parts[i]));
}

void OutputWriter::begin(const std::vector<torch::Tensor>& first) {
  std::vector<format::TensorView> tensors;
  for (size_t i = 0; i < first.size(); ++i) {
    auto shape = first[i].sizes().vec();
    shape[0] = puzzles_;
    tensors.push_back({names_[i], file_type(first[i].scalar_type()), std::move(shape), {}});
  }
  stream_.begin(tensors);
}

}  // namespace trm::eval
