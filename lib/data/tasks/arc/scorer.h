#pragma once

#include <optional>
#include <set>

#include "data/dataset.h"
#include "data/scorer.h"
#include "data/tasks/arc/transform.h"
#include "data/tasks/arc/votes.h"

namespace trm::data::arc {

// The tests of a task: their grids and what is right.
struct TestedTask {
  std::string name;
  std::vector<Pair> tests;
  bool solved = true;  // whether what is right is known
  bool asked = true;   // whether there are examples of it to answer
  bool scored = true;  // whether its score counts
};

// Of test_puzzles.json, in its order.
std::vector<TestedTask> read_test_puzzles(const std::filesystem::path& path);

inline constexpr int64_t kPassKs[] = {1, 2, 5, 10, 100, 1000};
inline constexpr int64_t kAttempts = 2;  // of a submission

// Votes over the copies of each task (spec 6.9, without its defects): an answer is taken back
// through its copy's transform and votes for its test, which its input tells; an empty grid is no
// answer and has no vote. Scored are the tasks of which examples are asked for and whose solutions
// are known; a test without an answer counts as wrong. With `compatible` all tasks are scored,
// empty grids vote, a test without an answer is passed over in the submission, and the votes of
// earlier evaluations count on, as the reference does it.
class VoteScorer : public Scorer {
 public:
  // The examples are of the test split: no other pairs are tests. Error where identifiers.json or
  // test_puzzles.json do not fit the examples.
  explicit VoteScorer(const ScorerContext& context);

  void add(const Answer& answer) override;
  Votes votes(int64_t example, Tokens input, size_t most) const override;
  // "pass@1", ...: means over tasks of the share of their tests that the k answers with most votes
  // solve; none where no task is scored. Files: submission.json for Kaggle, two attempts for each
  // test of all tasks of the folder (of one answer twice that, of none a black cell); tasks.json,
  // each task's shares, null where its solutions are not known; with `compatible` votes.json, from
  // which the next evaluation goes on.
  ScoreReport report() const override { return report(kPassKs); }
  ScoreReport report(std::span<const int64_t> ks) const;

 private:
  nlohmann::ordered_json submission() const;
  std::vector<double> shares_of(const TestedTask& task, std::span<const int64_t> ks) const;
  void find_tasks(std::span<const int64_t> examples);
  void check_tests(std::span<const int64_t> examples) const;
  void recall(const std::string& votes);
  std::string kept_votes() const;
  const NamedTransform& name_of(const Dataset::Stored& stored) const;
  // What made an example of its task.
  Transform transform_of(const Dataset::Stored& stored) const;
  // The votes on a test; none where nobody answered it.
  const Ballot& ballot_of(const std::string& task, const Grid& input) const;

  const Dataset& data_;
  bool compatible_;
  std::vector<std::vector<NamedTransform>> names_;  // by folder and identifier
  std::vector<TestedTask> tasks_;
  std::map<std::string, std::map<Grid, Ballot>> ballots_;  // by task and input
};

}  // namespace trm::data::arc
