#include "apps/solve_rows.h"

#include <algorithm>
#include <cmath>

#include "eval/selection.h"
#include "eval/stepper.h"
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

Searcher::Searcher(const experiment::TrainedModel& trained)
    : solver(experiment::make_solver(trained.experiment, *trained.model)),
      search(experiment::search_of(trained.experiment, trained.model->motion())) {}

std::vector<Solved> solve_batch(const Searcher& searcher, const Batch& batch, int64_t first,
                                const SolveVisitor& visit) {
  constexpr int64_t kMostRows = 32;
  const auto& search = searcher.search;
  const auto rows = std::min(batch.puzzles * search.breadth(), kMostRows);
  const eval::Stepper stepper(*searcher.solver, search, rows);
  const auto numbers = torch::arange(first, first + batch.puzzles, at::kLong);
  const auto outcome = stepper.run(batch, numbers, {.frames = true}, {});
  const auto draws = eval::chosen(outcome.history, search.selections.front(),
                                  search.depths.size() - 1, search.breadth(), search);
  std::vector<Solved> solved;
  std::vector<int64_t> steps;  // of each
  for (int64_t r = 0; r < batch.puzzles; ++r) {
    const auto puzzle = tokens_of(batch.inputs[r]);
    solved.push_back({puzzle, puzzle, tokens_of(batch.labels[r]), {}});
    steps.push_back(outcome.history.steps[r * search.breadth() + draws[static_cast<size_t>(r)]]
                        .item<int64_t>());
  }
  for (int64_t step = 1; step <= *std::max_element(steps.begin(), steps.end()); ++step) {
    std::vector<std::vector<data::Token>> before;
    for (size_t r = 0; r < solved.size(); ++r) {
      auto& now = solved[r];
      before.push_back(now.answer);
      if (step > steps[r]) continue;
      const auto row = static_cast<int64_t>(r) * search.breadth() + draws[r];
      now.answer = tokens_of(outcome.frames.answers[row][step - 1]);
      int64_t changed = 0;
      for (size_t i = 0; i < now.answer.size(); ++i)
        changed += before[r][i] != now.answer[i] ? 1 : 0;
      const auto value = outcome.history.value[row][step - 1].item<double>();
      now.steps.push_back({changed, 1 / (1 + std::exp(-value))});
    }
    if (visit) visit(solved, before);
  }
  return solved;
}

}  // namespace trm::apps
