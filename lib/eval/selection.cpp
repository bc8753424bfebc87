#include "eval/selection.h"

#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "tensor/values.h"

namespace trm::eval {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

// What a rule maximises, of every row.
using Scores = std::vector<double>;

Scores column(const torch::Tensor& x, int64_t column) {
  const auto values = x.select(1, column).to(at::kDouble).contiguous();
  const auto numbers = values_of<double>(values);
  return {numbers.begin(), numbers.end()};
}

// Less the mean residual of the last steps; there is none of the first step.
Scores steadiness(const History& history, int64_t depth, int64_t window) {
  const auto first = std::max<int64_t>(1, depth - window);
  const auto mean = history.residual.slice(1, first, depth).to(at::kDouble).mean(1).contiguous();
  Scores scores;
  for (const double residual : values_of<double>(mean))
    scores.push_back(std::isnan(residual) ? kNever : -residual);
  return scores;
}

// How many of an example's first `breadth` draws give the same answer; of equals those whose
// halting values add up to more, by less than a vote.
Scores votes(const History& history, size_t k, int64_t breadth, const Search& search,
             const Scores& values) {
  const auto answers = history.answers.select(1, static_cast<int64_t>(k)).contiguous();
  Scores scores(values.size());
  for (size_t begin = 0; begin < values.size(); begin += static_cast<size_t>(search.breadth())) {
    const auto end = begin + static_cast<size_t>(breadth);
    std::map<std::vector<int32_t>, std::vector<size_t>> groups;
    for (size_t row = begin; row < end; ++row) {
      const auto answer = row_of<int32_t>(answers, static_cast<int64_t>(row));
      groups[{answer.begin(), answer.end()}].push_back(row);
    }
    for (const auto& [answer, rows] : groups) {
      double sum = 0;
      for (const auto row : rows) sum += values[row];
      const double part = 0.5 + std::atan(sum) / 4;  // in (0, 1), growing with the sum
      for (const auto row : rows) scores[row] = static_cast<double>(rows.size()) + part;
    }
  }
  return scores;
}

Scores scores_of(const History& history, Selection selection, size_t k, int64_t breadth,
                 const Search& search) {
  const auto depth = search.depths[k];
  auto values = column(history.value, depth - 1);
  switch (selection) {
    case Selection::kLast:
      return Scores(values.size(), 0);
    case Selection::kBestQ:
      return values;
    case Selection::kResidual:
      return steadiness(history, depth, search.window);
    case Selection::kConfidence:
      return column(history.confidence, depth - 1);
    case Selection::kVote:
      return votes(history, k, breadth, search, values);
    case Selection::kOracle:
      break;
  }
  return column(history.exact, depth - 1);
}

}  // namespace

std::vector<int64_t> chosen(const History& history, Selection selection, size_t k, int64_t breadth,
                            const Search& search) {
  const auto scores = scores_of(history, selection, k, breadth, search);
  std::vector<int64_t> draws;
  for (size_t begin = 0; begin < scores.size(); begin += static_cast<size_t>(search.breadth())) {
    int64_t best = 0;
    for (int64_t draw = 1; draw < breadth; ++draw) {
      if (scores[begin + static_cast<size_t>(draw)] > scores[begin + static_cast<size_t>(best)])
        best = draw;
    }
    draws.push_back(best);
  }
  return draws;
}

}  // namespace trm::eval
