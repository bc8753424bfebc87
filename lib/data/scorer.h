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

// Scores the answers of an evaluation.
class Scorer {
 public:
  virtual ~Scorer() = default;
  virtual void add(const Answer& answer) = 0;
  virtual ScoreReport report() const = 0;
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
