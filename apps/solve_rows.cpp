#include "apps/solve_rows.h"

#include <algorithm>

#include "eval/evaluator.h"
#include "tensor/values.h"

namespace trm::apps {
namespace {

std::vector<data::Token> tokens_of(const torch::Tensor& row) {
  const auto host = row.to(torch::kCPU, at::kInt).contiguous();
  const auto tokens = values_of<data::Token>(host);
  return {tokens.begin(), tokens.end()};
}

}  // namespace

bool Solved::is_known() const {
  return std::any_of(expected.begin(), expected.end(),
                     [](int32_t label) { return label != kIgnoredLabel; });
}

int64_t Solved::wrong_cells() const {
  int64_t count = 0;
  for (size_t i = 0; i < expected.size(); ++i) count += is_wrong(i) ? 1 : 0;
  return count;
}

std::vector<Solved> solve_batch(model::Model& model, const Batch& batch, int64_t depth,
                                const SolveVisitor& visit) {
  std::vector<Solved> solved;
  for (int64_t r = 0; r < batch.puzzles; ++r) {
    const auto puzzle = tokens_of(batch.inputs[r]);
    solved.push_back({puzzle, puzzle, tokens_of(batch.labels[r]), {}});
  }
  const auto see = [&](int64_t /*step*/, const model::Output& output) {
    const auto answers = output.logits.argmax(-1).to(torch::kCPU);
    const auto halting = output.q_halt.to(torch::kCPU, at::kDouble).sigmoid();
    std::vector<std::vector<data::Token>> before;
    for (size_t r = 0; r < solved.size(); ++r) {
      const auto row = static_cast<int64_t>(r);
      before.push_back(std::move(solved[r].answer));
      solved[r].answer = tokens_of(answers[row]);
      int64_t changed = 0;
      for (size_t i = 0; i < before[r].size(); ++i)
        changed += before[r][i] != solved[r].answer[i] ? 1 : 0;
      solved[r].steps.push_back({changed, halting[row].item<double>()});
    }
    if (visit) visit(solved, before);
  };
  eval::unroll(model, batch.to(model.compute().device), depth, see);
  return solved;
}

}  // namespace trm::apps
