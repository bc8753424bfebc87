#include "data/tasks/arc/scorer.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/printable.h"
#include "data/identifiers.h"
#include "data/inconsistent.h"
#include "data/tasks/arc/grid_json.h"
#include "data/tasks/arc/import.h"
#include "format/json.h"

namespace trm::data::arc {
namespace {

using nlohmann::ordered_json;

constexpr const char* kVotes = "votes.json";
constexpr const char* kTestPuzzles = "test_puzzles.json";

// Pass@k of a list: whether the answer is among its first k.
bool among_first(const std::vector<Grid>& ranked, const Grid& answer, int64_t k) {
  const auto end = ranked.begin() + std::min<int64_t>(k, static_cast<int64_t>(ranked.size()));
  return std::find(ranked.begin(), end, answer) != end;
}

std::string pass_name(int64_t k) { return "pass@" + std::to_string(k); }

// The first answers; where there are fewer, the first one again; where there is none, [[0]].
ordered_json attempts_of(const std::vector<Grid>& ranked) {
  auto attempts = ordered_json::object();
  for (size_t k = 0; k < kAttempts; ++k) {
    attempts["attempt_" + std::to_string(k + 1)] =
        json_of(ranked.empty() ? Grid{1, 1, {0}} : ranked[k < ranked.size() ? k : 0]);
  }
  return attempts;
}

// Whether all solutions are [[0]].
bool only_placeholders(const TestedTask& task) {
  return std::all_of(task.tests.begin(), task.tests.end(), [](const Pair& test) {
    return test.output == Grid{1, 1, {0}};
  });
}

// By identifier. Where copies are made while reading, names are those of tasks alone.
std::vector<NamedTransform> names_of(const Dataset& data, size_t folder) {
  std::vector<NamedTransform> names;
  std::set<std::string> seen;
  for (const auto& name : read_identifiers(data, folder)) {
    if (!seen.insert(name).second) {
      inconsistent(data.folder(folder) / kIdentifiersFile,
                   "'" + printable(name) + "' is there twice");
    }
    names.push_back(data.augmentations(folder) ? NamedTransform{name, {}} : parse_identifier(name));
  }
  return names;
}

}  // namespace

std::vector<TestedTask> read_test_puzzles(const fs::path& path) {
  std::vector<TestedTask> tasks;
  for (auto& puzzle : read_tasks(path))
    tasks.push_back({puzzle.name, std::move(puzzle.test), puzzle.solved});
  return tasks;
}

VoteScorer::VoteScorer(const ScorerContext& context)
    : data_(context.data), compatible_(context.compatible) {
  for (size_t i = 0; i < data_.folders(); ++i) names_.push_back(names_of(data_, i));
  find_tasks(context.examples);
  check_tests(context.examples);
  const auto votes = context.earlier.find(kVotes);
  if (compatible_ && votes != context.earlier.end()) recall(votes->second);
}

void VoteScorer::find_tasks(std::span<const int64_t> examples) {
  std::set<std::string> asked, found;
  for (const auto example : examples) asked.insert(name_of(data_.stored(example)).puzzle);
  for (size_t i = 0; i < data_.folders(); ++i) {
    const auto path = data_.folder(i) / kTestPuzzles;
    if (!fs::exists(path)) continue;
    for (auto& task : read_test_puzzles(path)) {
      found.insert(task.name);
      // Where copies are on disk, the file is the references', which has no other word for unknown.
      if (!data_.augmentations(i) && only_placeholders(task)) task.solved = false;
      task.asked = compatible_ || asked.contains(task.name);
      task.scored = compatible_ || (task.asked && task.solved);
      tasks_.push_back(std::move(task));
    }
  }
  for (const auto& name : asked) {
    if (found.contains(name)) continue;
    inconsistent(data_.folder(0) / kTestPuzzles,
                 "no task '" + printable(name) + "' in it, which has examples in " + data_.name());
  }
}

// Each test pair that is no copy's must be one of its task's: else no vote on it would count.
void VoteScorer::check_tests(std::span<const int64_t> examples) const {
  std::map<std::string, std::set<Grid>> inputs;
  for (const auto& task : tasks_) {
    for (const auto& test : task.tests) inputs[task.name].insert(test.input);
  }
  const auto cells = static_cast<size_t>(data_.info().cells);
  std::vector<Token> input(cells), label(cells);
  for (const auto example : examples) {
    const auto stored = data_.stored(example);
    const auto& name = name_of(stored);
    if (stored.augmentation != 0 || !name.transform.identity()) continue;
    data_.read(example, input, label);
    if (inputs[name.puzzle].contains(crop(narrowed(input)))) continue;
    inconsistent(data_.folder(stored.folder) / kTestPuzzles,
                 "task '" + printable(name.puzzle) + "' has not the tests of " + data_.name());
  }
}

void VoteScorer::recall(const std::string& votes) {
  const auto json = format::parse_json(votes, kVotes);
  for (const auto& [task, tests] : json.items()) {
    const std::string where = std::string(kVotes) + ": task " + printable(task);
    if (!tests.is_array()) throw Error(where + ": not a list of tests; remove the file");
    for (const auto& test : tests) {
      if (!test.contains("input") || !test.contains("answers"))
        throw Error(where + ": a test without input or answers; remove the file");
      ballots_[task][grid_of_compact(test["input"], where)] =
          Ballot::from_json(test["answers"], where);
    }
  }
}

std::string VoteScorer::kept_votes() const {
  auto json = ordered_json::object();
  for (const auto& [task, tests] : ballots_) {
    auto& list = json[task] = ordered_json::array();
    for (const auto& [input, ballot] : tests)
      list.push_back({{"input", compact_json(input)}, {"answers", ballot.json()}});
  }
  return json.dump() + "\n";
}

const NamedTransform& VoteScorer::name_of(const Dataset::Stored& stored) const {
  const auto& names = names_[stored.folder];
  const auto id = static_cast<size_t>(stored.identifier);
  if (id >= names.size()) {
    inconsistent(data_.folder(stored.folder) / kIdentifiersFile,
                 "has no name for puzzle " + std::to_string(id));
  }
  return names[id];
}

Transform VoteScorer::transform_of(const Dataset::Stored& stored) const {
  return stored.augmentation != 0 ? Transform::from_code(stored.augmentation)
                                  : name_of(stored).transform;
}

void VoteScorer::add(const Answer& answer) {
  const auto stored = data_.stored(answer.example);
  const auto& name = name_of(stored);
  const auto transform = transform_of(stored);
  const auto input = transform.undo(crop(narrowed(answer.input)));
  const auto output = transform.undo(crop(narrowed(answer.answer)));
  if (output.cells.empty() && !compatible_) return;
  ballots_[name.puzzle][input].add(output, 1 / (1 + std::exp(-answer.q_halt)));
}

Votes VoteScorer::votes(int64_t example, Tokens input, size_t most) const {
  const auto stored = data_.stored(example);
  const auto transform = transform_of(stored);
  const auto tokens = narrowed(input);
  const auto& ballot = ballot_of(name_of(stored).puzzle, transform.undo(crop(tokens)));
  Votes votes;
  for (const auto* candidate : ballot.candidates()) {
    ++votes.answers;
    votes.all_votes += candidate->votes;
    if (votes.first.size() == most) continue;
    std::vector<uint8_t> canvas(tokens.size());
    place(transform.apply(candidate->grid), 0, 0, canvas);
    votes.first.push_back({widened(canvas), candidate->votes});
  }
  return votes;
}

const Ballot& VoteScorer::ballot_of(const std::string& task, const Grid& input) const {
  static const Ballot kNone;
  const auto ballots = ballots_.find(task);
  if (ballots == ballots_.end()) return kNone;
  const auto found = ballots->second.find(input);
  return found == ballots->second.end() ? kNone : found->second;
}

ordered_json VoteScorer::submission() const {
  auto json = ordered_json::object();
  for (const auto& task : tasks_) {
    auto& attempts = json[task.name] = ordered_json::array();
    for (const auto& test : task.tests) {
      const auto ranked = ballot_of(task.name, test.input).ranked();
      if (!ranked.empty() || !compatible_) attempts.push_back(attempts_of(ranked));
    }
  }
  return json;
}

// For each k the share of a task's tests that are solved.
std::vector<double> VoteScorer::shares_of(const TestedTask& task,
                                          std::span<const int64_t> ks) const {
  std::vector<double> shares(ks.size());
  const auto tests = static_cast<double>(std::max<size_t>(1, task.tests.size()));
  for (const auto& test : task.tests) {
    const auto ranked = ballot_of(task.name, test.input).ranked();
    for (size_t i = 0; i < ks.size(); ++i) shares[i] += among_first(ranked, test.output, ks[i]);
  }
  for (auto& share : shares) share /= tests;
  return shares;
}

ScoreReport VoteScorer::report(std::span<const int64_t> ks) const {
  std::vector<double> solved(ks.size());
  int64_t scored = 0;
  auto all_shares = ordered_json::object();
  for (const auto& task : tasks_) {
    if (!task.asked) continue;
    auto& json = all_shares[task.name];
    const auto shares = shares_of(task, ks);
    scored += task.scored ? 1 : 0;
    for (size_t i = 0; i < ks.size(); ++i) {
      if (task.scored) solved[i] += shares[i];
      json[pass_name(ks[i])] = task.scored ? ordered_json(shares[i]) : ordered_json(nullptr);
    }
  }
  ScoreReport report;
  for (size_t i = 0; scored > 0 && i < ks.size(); ++i)
    report.scores.push_back({pass_name(ks[i]), solved[i] / static_cast<double>(scored)});
  report.files = {{"submission.json", python_style(submission())},
                  {"tasks.json", all_shares.dump(1) + "\n"}};
  if (compatible_) report.files[kVotes] = kept_votes();
  return report;
}

}  // namespace trm::data::arc
