#include "figure/band.h"

#include <algorithm>
#include <map>
#include <set>

namespace trm::figure {
namespace {

struct Sum {
  double x = 0, y = 0, count = 0;
};

void add(Point& point, const Sum& run) {
  const double x = run.x / run.count, y = run.y / run.count;
  point.low = point.runs == 0 ? y : std::min(point.low, y);
  point.high = point.runs == 0 ? y : std::max(point.high, y);
  point.x += x;
  point.y += y;
  ++point.runs;
}

}  // namespace

Band band_of(std::span<const std::vector<Sample>> runs, size_t most) {
  std::set<int64_t> steps;
  for (const auto& run : runs) {
    for (const auto& sample : run) steps.insert(sample.step);
  }
  Band band;
  band.steps_a_point = std::max<size_t>(1, (steps.size() + most - 1) / most);
  std::map<int64_t, size_t> point_of;
  for (const auto step : steps) point_of.emplace(step, point_of.size() / band.steps_a_point);
  band.points.resize((steps.size() + band.steps_a_point - 1) / band.steps_a_point);
  for (const auto& run : runs) {
    std::map<size_t, Sum> sums;
    for (const auto& sample : run) {
      auto& sum = sums[point_of.at(sample.step)];
      sum.x += sample.x;
      sum.y += sample.y;
      ++sum.count;
    }
    for (const auto& [point, sum] : sums) add(band.points[point], sum);
  }
  for (auto& point : band.points) {
    point.x /= static_cast<double>(point.runs);
    point.y /= static_cast<double>(point.runs);
  }
  return band;
}

}  // namespace trm::figure
