#include "data/task.h"

#include <cmath>
#include <stdexcept>

#include "data/fingerprint.h"

namespace trm::data {
namespace {

int64_t side_of(size_t cells) {
  return std::lround(std::ceil(std::sqrt(static_cast<double>(cells))));
}

}  // namespace

void Task::transform(uint32_t code, std::span<Token> /*input*/, std::span<Token> /*label*/) const {
  throw std::logic_error("a task without copies was asked for copy " + std::to_string(code));
}

std::vector<Token> Task::shown(Tokens /*input*/, Tokens answer) const {
  return {answer.begin(), answer.end()};
}

std::string Task::mistake(Tokens /*input*/, Tokens /*label*/, Tokens /*answer*/) const {
  return "another answer";
}

std::unique_ptr<Scorer> Task::scorer(const ScorerContext& /*context*/) const {
  return std::make_unique<MeanScorer>(*this);
}

std::vector<Token> Task::form(Tokens input, Tokens label) const {
  std::vector<Token> both(input.begin(), input.end());
  both.insert(both.end(), label.begin(), label.end());
  return both;
}

uint64_t Task::trait(Tokens input, Tokens label) const {
  return fingerprint_of(form(input, label));
}

int64_t Task::canvas_side(Tokens tokens) const { return side_of(tokens.size()); }

Picture Task::picture(Tokens tokens) const {
  const int64_t side = side_of(tokens.size());
  Picture picture{side, side, std::vector<Picture::Cell>(static_cast<size_t>(side * side))};
  for (size_t i = 0; i < tokens.size(); ++i) picture.cells[i].text = std::to_string(tokens[i]);
  return picture;
}

MeanScorer::MeanScorer(const Task& task) : task_(task), sums_(task.score_names().size()) {}

void MeanScorer::add(const Answer& answer) {
  const auto values = task_.score(answer.input, answer.answer);
  for (size_t i = 0; i < values.size(); ++i) sums_[i] += values[i];
  ++count_;
}

ScoreReport MeanScorer::report() const {
  const auto names = task_.score_names();
  ScoreReport report;
  for (size_t i = 0; i < names.size(); ++i) {
    report.scores.push_back({names[i], count_ == 0 ? 0 : sums_[i] / static_cast<double>(count_)});
  }
  return report;
}

}  // namespace trm::data
