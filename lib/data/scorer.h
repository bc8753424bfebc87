#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace trm::data {

class Dataset;
class Task;

using Tokens = std::span<const uint8_t>;

// What a model said to one example.
struct Answer {
  int64_t example;       // of the data set
  Tokens input, answer;  // as the model saw it, and its most likely tokens
  double q_halt;         // logit
};

struct Score {
  std::string name;
  double mean;
};

struct ScoreReport {
  std::vector<Score> scores;
  // What else comes of the answers, as files for people and other programs: name -> text.
  std::map<std::string, std::string> files = {};
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
