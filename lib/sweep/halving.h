#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sweep/members.h"

namespace trm::sweep {

// Successive halving (Jamieson and Talwalkar 2016): after each of a study's rungs the rows that are
// worst on the validation set go on no further. A rung is decided once, when every run of the rows
// that are left has come to it or has failed, and one at least has come to it; the decision is kept
// in RUNS/sweep/halving: who asks later, after a kill or on another machine, has the same. Nothing
// is removed.
struct RungDecision {
  struct Place {
    std::string row;
    std::optional<double> score;  // mean over its runs; nothing where none has come to the rung
    bool goes_on = true;
  };
  int64_t step = 0;
  std::vector<Place> places;  // of the rows that were left, best first
};

// The decisions that were made, by rung; none where the study has no halving. Error where a record
// is damaged, or of other rows or settings.
std::vector<RungDecision> decisions_of(const Study& study);

// Why a row's runs go on no further, "dropped by halving after step 100, third of 4 with
// exact_accuracy 0.1250"; empty for one that goes on.
std::string why_dropped(const std::vector<RungDecision>& decisions, const Study& study,
                        const std::string& row);

// Which rows go on: the best `keep` of them, rounded up, and those that others are compared with.
// `places` without goes_on, in the study's order; the earlier of equals is the better one.
void choose(std::vector<RungDecision::Place>& places, const Study& study);

// Error where a run would have no evaluation on the validation set after each rung.
void check_halving(const Study& study);

// Halving while a study is run.
class Halving {
 public:
  explicit Halving(const Study& study);

  // Whether a run has come to the rung that is to be decided next, and is to wait.
  bool waits(const Member& member) const;
  bool is_dropped(const Member& member) const;
  // Decides what can be decided; the text of each new decision. `has_failed`: whether a run will
  // not be tried again. One that failed when the study was run before will.
  std::vector<std::string> decide(const std::function<bool(const Member&)>& has_failed);

 private:
  std::optional<int64_t> next_rung() const;
  std::vector<const Member*> left() const;  // of rows that were not dropped

  const Study& study_;
  std::vector<RungDecision> decisions_;
};

}  // namespace trm::sweep
