#include "data/tasks/arc/votes.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "format/json.h"

namespace trm::data::arc {

nlohmann::ordered_json compact_json(const Grid& grid) {
  std::string cells;
  for (const auto colour : grid.cells) cells += static_cast<char>('0' + colour);
  return {{"rows", grid.rows}, {"columns", grid.columns}, {"cells", cells}};
}

Grid grid_of_compact(const nlohmann::json& json, const std::string& where) {
  Grid grid{
      format::json_integer(json, "rows", where), format::json_integer(json, "columns", where), {}};
  const auto cells = format::json_text(json, "cells", where);
  const auto fits = [](int64_t side) { return side >= 0 && side <= kMostSide; };
  if (!fits(grid.rows) || !fits(grid.columns) ||
      static_cast<int64_t>(cells.size()) != grid.rows * grid.columns ||
      cells.find_first_not_of("0123456789") != std::string::npos) {
    throw Error(where + ": not a grid of colours; remove the file");
  }
  for (const char cell : cells) grid.cells.push_back(static_cast<uint8_t>(cell - '0'));
  return grid;
}

void Ballot::add(const Grid& answer, double probability) {
  const auto [place, fresh] = places_.emplace(answer, candidates_.size());
  if (fresh) candidates_.push_back({answer, 0, 0});
  auto& candidate = candidates_[place->second];
  ++candidate.votes;
  candidate.probability += probability;
}

std::vector<const Ballot::Candidate*> Ballot::candidates() const {
  std::vector<const Candidate*> order;
  for (const auto& candidate : candidates_) order.push_back(&candidate);
  const auto mean = [](const Candidate& c) { return c.probability / static_cast<double>(c.votes); };
  std::stable_sort(order.begin(), order.end(), [&](const Candidate* a, const Candidate* b) {
    return a->votes != b->votes ? a->votes > b->votes : mean(*a) > mean(*b);
  });
  return order;
}

std::vector<Grid> Ballot::ranked() const {
  std::vector<Grid> grids;
  for (const auto* candidate : candidates()) grids.push_back(candidate->grid);
  return grids;
}

nlohmann::ordered_json Ballot::json() const {
  auto answers = nlohmann::ordered_json::array();
  for (const auto& candidate : candidates_) {
    answers.push_back({{"answer", compact_json(candidate.grid)},
                       {"votes", candidate.votes},
                       {"probability", candidate.probability}});
  }
  return answers;
}

Ballot Ballot::from_json(const nlohmann::json& json, const std::string& where) {
  if (!json.is_array()) throw Error(where + ": not a list of answers; remove the file");
  Ballot ballot;
  for (const auto& entry : json) {
    if (!entry.contains("answer"))
      throw Error(where + ": an entry without answer; remove the file");
    Candidate candidate{grid_of_compact(entry["answer"], where),
                        format::json_integer(entry, "votes", where),
                        format::json_number(entry, "probability", where)};
    const bool fresh = ballot.places_.emplace(candidate.grid, ballot.candidates_.size()).second;
    if (!fresh || candidate.votes < 1) throw Error(where + ": no votes of ours; remove the file");
    ballot.candidates_.push_back(std::move(candidate));
  }
  return ballot;
}

}  // namespace trm::data::arc
