#include "eval/resample.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace trm::eval {

std::vector<int64_t> resampled(std::span<const double> scores, double start) {
  double most = -std::numeric_limits<double>::infinity();
  for (const double score : scores) most = std::max(most, std::isnan(score) ? most : score);
  std::vector<int64_t> copies(scores.size());
  std::iota(copies.begin(), copies.end(), int64_t{0});
  if (!std::isfinite(most)) return copies;
  std::vector<double> weights;
  for (const double score : scores)
    weights.push_back(std::isnan(score) ? 0 : std::exp(score - most));
  const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  const auto count = static_cast<double>(scores.size());
  size_t particle = 0;
  double reached = weights[0];
  for (size_t i = 0; i < copies.size(); ++i) {
    const double place = (static_cast<double>(i) + start) / count * all;
    while (reached <= place && particle + 1 < weights.size()) reached += weights[++particle];
    copies[i] = static_cast<int64_t>(particle);
  }
  return copies;
}

}  // namespace trm::eval
