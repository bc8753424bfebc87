#include "data/tasks/arc/votes.h"

#include <algorithm>

namespace trm::data::arc {

void Ballot::add(const Grid& answer, double probability) {
  const auto [place, fresh] = places_.emplace(answer, candidates_.size());
  if (fresh) candidates_.push_back({answer, 0, 0});
  auto& candidate = candidates_[place->second];
  ++candidate.votes;
  candidate.probability += probability;
}

std::vector<Grid> Ballot::ranked() const {
  std::vector<const Candidate*> order;
  for (const auto& candidate : candidates_) order.push_back(&candidate);
  const auto mean = [](const Candidate& c) { return c.probability / static_cast<double>(c.votes); };
  std::stable_sort(order.begin(), order.end(), [&](const Candidate* a, const Candidate* b) {
    return a->votes != b->votes ? a->votes > b->votes : mean(*a) > mean(*b);
  });
  std::vector<Grid> grids;
  for (const auto* candidate : order) grids.push_back(candidate->grid);
  return grids;
}

}  // namespace trm::data::arc
