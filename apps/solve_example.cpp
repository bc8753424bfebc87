#include "apps/solve_example.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "apps/inspect_example.h"
#include "core/error.h"
#include "data/loader.h"
#include "eval/evaluator.h"

namespace trm::apps {
namespace {

// A grid of submission.json as a person types it.
std::string typed(const nlohmann::json& grid) {
  std::string text;
  for (const auto& row : grid) {
    if (!text.empty()) text += '/';
    for (const auto& cell : row) text += std::to_string(cell.get<int>());
  }
  return text;
}

}  // namespace

SolveExample::SolveExample(std::shared_ptr<const data::Dataset> data, const data::Task& task,
                           int64_t example)
    : data_(std::move(data)), task_(task), example_(example) {
  if (example >= data_->examples()) {
    throw Error(
        fmt::format("--example: {} of the {} of {}", example, data_->examples(), data_->name()));
  }
  const auto puzzle = data_->puzzle_of(example);
  const auto& puzzles = data_->puzzle_begin();
  place_ = example - puzzles[static_cast<size_t>(puzzle)];
  places_ = puzzles[static_cast<size_t>(puzzle) + 1] - puzzles[static_cast<size_t>(puzzle)];
  const auto group = static_cast<size_t>(data_->group_of(puzzle));
  first_puzzle_ = data_->group_begin()[group];
  end_puzzle_ = data_->group_begin()[group + 1];
}

Batch SolveExample::batch() const {
  const int64_t examples[] = {example_};
  return data::BatchReader(data_, &task_).read_padded(examples, 1);
}

std::string SolveExample::title() const {
  auto title = describe_example(*data_, task_names(*data_), example_);
  if (places_ > 1) title += fmt::format(", example {} of {}", place_ + 1, places_);
  return title;
}

std::vector<data::Token> SolveExample::right_answer() const {
  const auto cells = static_cast<size_t>(data_->info().cells);
  std::vector<data::Token> input(cells), label(cells);
  const auto first = data_->puzzle_begin()[static_cast<size_t>(first_puzzle_)] + place_;
  data::read_copy(*data_, &task_, first, input, label);
  return label;
}

std::string SolveExample::votes(const experiment::TrainedModel& trained, const SolveReport& report,
                                int64_t copies, int64_t batch, int64_t depth) const {
  const auto end_puzzle = std::min(end_puzzle_, first_puzzle_ + copies);
  if (data_->split() != "test" || end_puzzle <= first_puzzle_) return "";
  auto examples = examples_of_copies(copies);
  examples.pop_back();  // the one that is shown
  const eval::Request request{.data = data_,
                              .examples = examples,
                              .batch = batch,
                              .search = {.depths = {depth}},
                              .whole_output = false};
  const auto solver = experiment::make_solver(trained.experiment, *trained.model);
  auto bar = Progress::to_stderr("vote", static_cast<int64_t>(examples.size()));
  const auto result = eval::evaluate(*solver, task_, request, bar);
  bar.clear();
  const auto file = result.files.find("submission.json"), scored = result.files.find("tasks.json");
  if (file == result.files.end() || scored == result.files.end()) return "";
  // The submission has all tasks of the folder, and the scores those that were asked for.
  const auto submission = nlohmann::json::parse(file->second);
  const auto tasks = nlohmann::json::parse(scored->second);
  if (tasks.size() != 1) return "";
  const auto tests = submission.find(tasks.begin().key());
  if (tests == submission.end() || tests->size() != static_cast<size_t>(places_)) return "";
  const auto& attempts = (*tests)[static_cast<size_t>(place_)];
  const auto right = right_answer();
  const bool known = std::any_of(right.begin(), right.end(), [](auto token) { return token != 0; });
  auto text = fmt::format("voted by the task and {} of its {} copies\n",
                          end_puzzle - first_puzzle_ - 1, end_puzzle_ - first_puzzle_ - 1);
  for (const auto& [name, grid] : attempts.items()) {
    const auto answer = typed(grid);
    const bool drawable = !answer.empty();
    const auto* verdict = !known                        ? "the right answer is not known"
                          : answer == task_.line(right) ? "right"
                                                        : "wrong";
    text += fmt::format("{}: {}\n{}", name, verdict,
                        drawable ? report.board(task_.parse(answer)) : "(empty)\n");
  }
  return known ? text + "expected\n" + report.board(right) : text;
}

std::vector<int64_t> SolveExample::examples_of_copies(int64_t most) const {
  std::vector<int64_t> examples;
  const auto end = std::max(first_puzzle_, std::min(end_puzzle_, first_puzzle_ + most));
  for (auto i = data_->puzzle_begin()[static_cast<size_t>(first_puzzle_)];
       i < data_->puzzle_begin()[static_cast<size_t>(end)]; ++i)
    examples.push_back(i);
  examples.push_back(example_);
  return examples;
}

}  // namespace trm::apps
