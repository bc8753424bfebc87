#include "apps/eval_player.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "tensor/values.h"

namespace trm::apps {
namespace {

template <class T>
std::vector<T> copied(const torch::Tensor& x, int64_t row) {
  const auto values = row_of<T>(x, row);
  return {values.begin(), values.end()};
}

constexpr size_t kMostVoted = 4;  // answers that a page shows

// The last answers of a puzzle's trajectories.
data::Votes votes_of(const torch::Tensor& answers, int64_t first, int64_t breadth) {
  std::map<std::vector<data::Token>, int64_t> counts;
  for (int64_t draw = 0; draw < breadth; ++draw)
    ++counts[copied<data::Token>(answers, first + draw)];
  data::Votes votes{.answers = static_cast<int64_t>(counts.size()), .all_votes = breadth};
  for (const auto& [answer, count] : counts) votes.first.push_back({answer, count});
  std::stable_sort(votes.first.begin(), votes.first.end(),
                   [](const auto& a, const auto& b) { return a.votes > b.votes; });
  if (votes.first.size() > kMostVoted) votes.first.resize(kMostVoted);
  return votes;
}

}  // namespace

EvalPlayer::EvalPlayer(std::shared_ptr<const data::Dataset> data, const data::Task& task,
                       const eval::Request& request)
    : data_(std::move(data)),
      task_(task),
      names_(task_names(*data_)),
      most_(static_cast<size_t>(request.frames)),
      breadth_(request.search.breadth()) {
  if (most_ > 0) scorer_ = task.scorer({*data_, request.examples, request.compatible});
}

void EvalPlayer::add(const eval::Answers& answers) {
  const auto count = static_cast<int64_t>(answers.examples.size());
  for (int64_t i = 0; answers.frames && i < count && puzzles_.size() < most_; ++i)
    puzzles_.push_back(played(answers, i));
  for (int64_t i = 0; scorer_ && i < count; ++i) {
    scorer_->add(
        {answers.examples[static_cast<size_t>(i)], row_of<data::Token>(answers.batch.inputs, i),
         row_of<data::Token>(answers.predictions, i), row_of<float>(answers.output.q_halt, i)[0]});
  }
}

std::vector<report::Played> EvalPlayer::puzzles() const {
  auto puzzles = puzzles_;
  for (auto& puzzle : puzzles) {
    auto votes = scorer_->votes(puzzle.example, puzzle.input, kMostVoted);
    if (votes.answers > 0) puzzle.votes = std::move(votes);
  }
  return puzzles;
}

report::Played EvalPlayer::played(const eval::Answers& answers, int64_t place) const {
  const auto row = answers.rows[static_cast<size_t>(place)];
  report::Played puzzle;
  puzzle.example = answers.examples[static_cast<size_t>(place)];
  puzzle.title = name_of_example(*data_, names_, puzzle.example);
  if (puzzle.title.empty()) puzzle.title = "example " + std::to_string(puzzle.example);
  puzzle.rating = data_->rating(puzzle.example);
  puzzle.input = copied<data::Token>(answers.batch.inputs, place);
  puzzle.label = copied<data::Token>(answers.batch.labels, place);
  const auto steps = answers.frames->answers[row], sureness = answers.frames->sureness[row];
  const auto values = row_of<float>(answers.history.value, row);
  const auto taken = row_of<int32_t>(answers.history.steps, row)[0];
  for (int64_t step = 0; step < taken; ++step) {
    const double value = values[static_cast<size_t>(step)];
    puzzle.frames.push_back({task_.shown(puzzle.input, row_of<data::Token>(steps, step)),
                             copied<uint8_t>(sureness, step), 1 / (1 + std::exp(-value))});
  }
  if (breadth_ > 1) {
    const auto& all = answers.history.answers;
    const auto last = all.select(1, all.size(1) - 1).contiguous();
    puzzle.votes = votes_of(last, place * breadth_, breadth_);
  }
  return puzzle;
}

}  // namespace trm::apps
