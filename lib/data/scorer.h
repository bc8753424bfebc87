#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "data/token.h"

namespace trm::data {

class Dataset;
class Task;

// What a model said to one example.
struct Answer {
  int64_t example;       // of the data set
  Tokens input, answer;  // as the model saw it, and its most likely tokens
  double q_halt;         // logit
};

// What else comes of the answers, for people and other programs: name -> text.
using Files = std::map<std::string, std::string>;

struct Score {
  std::string name;
  double mean;
};

struct ScoreReport {
  std::vector<Score> scores;
  Files files = {};
};

// What was answered to one question, by several trajectories or by the copies of a task.
struct Votes {
  struct Vote {
    std::vector<Token> answer;
    int64_t votes = 0;
  };
  std::vector<Vote> first = {};        // those with most votes, and no more than were asked for
  int64_t answers = 0, all_votes = 0;  // different answers, and votes, in all
};

// Scores the answers of an evaluation.
class Scorer {
 public:
  virtual ~Scorer() = default;
  virtual void add(const Answer& answer) = 0;
  virtual ScoreReport report() const = 0;
  // What all examples that ask the same as this one have answered so far, as this one sees it: the
  // `most` answers with most votes. Nothing where a task has no such votes.
  virtual Votes votes(int64_t /*example*/, Tokens /*input*/, size_t /*most*/) const { return {}; }
};

struct ScorerContext {
  const Dataset& data;
  std::span<const int64_t> examples;  // those that will be answered
  bool compatible = false;            // by the references' rule, with its defects
  // Files of the scorer of the run's evaluation before this one, whose answers count again where
  // the references' rule says so.
  const Files& earlier = {};
};

// Means of Task::score.
class MeanScorer : public Scorer {
 public:
  explicit MeanScorer(const Task& task);
  void add(const Answer& answer) override;
  ScoreReport report() const override;

 private:
  const Task& task_;
  std::vector<double> sums_;
  int64_t count_ = 0;
};

}  // namespace trm::data
