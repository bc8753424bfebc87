#include "data/tasks/arc/scorer.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/printable.h"
#include "data/tasks/arc/grid_json.h"
#include "data/tasks/arc/puzzle.h"
#include "format/json.h"

namespace trm::data::arc {
namespace {

using nlohmann::ordered_json;

// Pass@k of a list: whether the answer is among its first k.
bool among_first(const std::vector<Grid>& ranked, const Grid& answer, int64_t k) {
  const auto end = ranked.begin() + std::min<int64_t>(k, static_cast<int64_t>(ranked.size()));
  return std::find(ranked.begin(), end, answer) != end;
}

std::vector<NamedTransform> names_of(const fs::path& folder) {
  const auto json = format::read_json(folder / "identifiers.json");
  std::vector<NamedTransform> names;
  for (const auto& name : json) {
    if (!name.is_string())
      throw Error((folder / "identifiers.json").string() + ": not a list of names");
    names.push_back(parse_identifier(name.get<std::string>()));
  }
  return names;
}

}  // namespace

std::vector<TestedTask> read_test_puzzles(const fs::path& path) {
  std::vector<TestedTask> tasks;
  for (auto& puzzle : read_tasks(path)) tasks.push_back({puzzle.name, std::move(puzzle.test)});
  return tasks;
}

VoteScorer::VoteScorer(const ScorerContext& context)
    : data_(context.data), compatible_(context.compatible) {
  std::set<std::string> asked;
  for (size_t i = 0; i < data_.folders(); ++i) names_.push_back(names_of(data_.folder(i)));
  for (const auto example : context.examples) asked.insert(name_of(example).puzzle);
  for (size_t i = 0; i < data_.folders(); ++i) {
    const auto path = data_.folder(i) / "test_puzzles.json";
    if (!fs::exists(path)) continue;
    for (auto& task : read_test_puzzles(path)) {
      if (compatible_ || asked.contains(task.name)) tasks_.push_back(std::move(task));
    }
  }
}

const NamedTransform& VoteScorer::name_of(int64_t example) const {
  const auto stored = data_.stored(example);
  const auto& names = names_[stored.folder];
  const auto id = static_cast<size_t>(stored.identifier);
  if (id >= names.size()) {
    throw Error(data_.folder(stored.folder).string() +
                "/identifiers.json: has no name for puzzle " + std::to_string(id) +
                "; build the folder again");
  }
  return names[id];
}

void VoteScorer::add(const Answer& answer) {
  const auto& name = name_of(answer.example);
  const auto copy = data_.stored(answer.example).augmentation;
  const auto transform = copy != 0 ? Transform::from_code(copy) : name.transform;
  const auto input = transform.undo(crop(answer.input));
  const auto output = transform.undo(crop(answer.answer));
  ballots_[name.puzzle][input].add(output, 1 / (1 + std::exp(-answer.q_halt)));
}

VoteResult VoteScorer::result(std::span<const int64_t> ks) const {
  static const Ballot kNone;
  std::vector<double> solved(ks.size());
  auto submission = ordered_json::object(), shares = ordered_json::object();
  for (const auto& task : tasks_) {
    const auto ballots = ballots_.find(task.name);
    std::vector<int64_t> right(ks.size());
    auto attempts = ordered_json::array();
    for (const auto& test : task.tests) {
      const auto found = ballots == ballots_.end() ? std::map<Grid, Ballot>::const_iterator{}
                                                   : ballots->second.find(test.input);
      const bool voted = ballots != ballots_.end() && found != ballots->second.end();
      if (!voted && compatible_) continue;
      const auto ranked = (voted ? found->second : kNone).ranked();
      for (size_t i = 0; i < ks.size(); ++i)
        right[i] += among_first(ranked, test.output, ks[i]) ? 1 : 0;
      auto& tried = attempts.emplace_back(ordered_json::object());
      for (int64_t k = 0; k < kAttempts; ++k) {
        const auto which =
            std::min<size_t>(static_cast<size_t>(k), ranked.empty() ? 0 : ranked.size() - 1);
        const bool first_fills = k >= static_cast<int64_t>(ranked.size());
        tried["attempt_" + std::to_string(k + 1)] =
            ranked.empty() ? ordered_json::array({ordered_json::array({0})})
                           : json_of(ranked[first_fills ? 0 : which]);
      }
    }
    const auto tests = static_cast<double>(std::max<size_t>(1, task.tests.size()));
    auto& share = shares[task.name];
    for (size_t i = 0; i < ks.size(); ++i) {
      const double part = static_cast<double>(right[i]) / tests;
      solved[i] += part;
      share["pass@" + std::to_string(ks[i])] = part;
    }
    submission[task.name] = std::move(attempts);
  }
  VoteResult result{{}, python_style(submission), shares.dump(1) + "\n"};
  for (size_t i = 0; i < ks.size(); ++i) {
    const auto count = static_cast<double>(std::max<size_t>(1, tasks_.size()));
    result.pass.push_back({"pass@" + std::to_string(ks[i]), solved[i] / count});
  }
  return result;
}

std::vector<Score> VoteScorer::scores() const { return result(kPassKs).pass; }

std::map<std::string, std::string> VoteScorer::files() const {
  auto all = result(kPassKs);
  return {{"submission.json", std::move(all.submission)}, {"tasks.json", std::move(all.tasks)}};
}

}  // namespace trm::data::arc
