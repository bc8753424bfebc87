#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "data/tasks/arc/grid.h"

namespace trm::data::arc {

// A grid as few characters, an empty one too, for files of our own.
nlohmann::ordered_json compact_json(const Grid& grid);
Grid grid_of_compact(const nlohmann::json& json, const std::string& where);

// The answers to one test grid, over all copies of its task (spec 6.9). Memory grows with the
// different answers, not with the votes.
class Ballot {
 public:
  struct Candidate {
    Grid grid;
    int64_t votes = 0;
    double probability = 0;  // sum
  };
  // probability: that the answer is right, as the halting value has it.
  void add(const Grid& answer, double probability);
  // Answers by votes, then by mean probability, then by first appearance; pointers into the ballot.
  std::vector<const Candidate*> candidates() const;
  std::vector<Grid> ranked() const;
  bool empty() const { return candidates_.empty(); }

  // All answers in order of appearance, and a ballot that goes on from them. Error "where: ..." on
  // what is no ballot.
  nlohmann::ordered_json json() const;
  static Ballot from_json(const nlohmann::json& json, const std::string& where);

 private:
  std::vector<Candidate> candidates_;
  std::map<Grid, size_t> places_;
};

}  // namespace trm::data::arc
