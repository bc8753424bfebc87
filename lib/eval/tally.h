#pragma once

#include <map>
#include <memory>
#include <span>

#include "data/dataset.h"
#include "data/task.h"
#include "eval/evaluation.h"
#include "eval/history.h"
#include "eval/solver.h"

namespace trm::eval {

// Which trajectories of some puzzles answer, by the first selection at the last depth.
struct Choices {
  std::vector<int64_t> rows;  // of the history, one for each example
  torch::Tensor answers;      // [E, L] int32
};

// Adds up what puzzles came to. Numbers are added in the order of the puzzles, so that who computed
// them, and how many at once, is in no bit of the result.
class Tally {
 public:
  // compatible: by the references' rule, which divides by one puzzle at least.
  Tally(const data::Dataset& data, const data::Task& task, const Solver& solver,
        const Search& search, std::unique_ptr<data::Scorer> scorer, bool compatible);

  // The next puzzles: `history` of all their draws; rows of padding, example -1, come last.
  Choices add(const Batch& puzzles, const History& history);

  Evaluation result() const;

 private:
  struct Sums {
    int64_t right = 0;
    double accuracy = 0;
    std::vector<double> metrics;
  };
  struct Stop {
    Halt rule;
    double threshold, limit;  // limit: as the history has the value
    int64_t steps = 0, right = 0;
  };
  using Bins = std::map<int, Bin>;

  void add_steps(const History& history, int64_t row);
  // The draws that the first selection has chosen at the last depth from among all.
  std::vector<int64_t> add_selections(const History& history);
  void add_puzzle(const Batch& puzzles, const History& history, int64_t example, int64_t row,
                  const torch::Tensor& answers);
  void add_stops(const History& history, int64_t row);
  void add_calibration(double value, bool right);
  void count(Sums& sums, const History& history, int64_t row, int64_t step) const;
  Scores scores_of(const Sums& sums) const;

  const data::Dataset& data_;
  const data::Task& task_;
  const Search& search_;
  std::unique_ptr<data::Scorer> scorer_;
  bool compatible_;
  std::vector<std::string> metrics_;
  double operations_;

  int64_t puzzles_ = 0, known_ = 0, originals_ = 0, steps_ = 0;
  std::vector<Sums> by_step_;
  // [breadth][depth][selection]; those of the largest two and the first selection are the scores.
  std::vector<std::vector<std::vector<Sums>>> by_breadth_;
  std::vector<int64_t> changed_;
  std::vector<Stop> stops_;
  Bins ratings_, sizes_;
  Calibration calibration_;  // sums, until result()
  int64_t converged_ = 0, spurious_ = 0;
  std::vector<int8_t> exact_;
  std::vector<bool> copy_;
};

}  // namespace trm::eval
