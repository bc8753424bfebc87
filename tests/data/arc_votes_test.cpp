#include <map>
#include <numeric>

#include "data/tasks/arc/scorer.h"
#include "tests/catch.h"
#include "tests/data/two_tasks.h"

namespace trm::data::arc {
namespace {

TEST_CASE("answers rank by votes, then by mean probability, then by coming first", "[unit]") {
  Ballot ballot;
  ballot.add(row({1}), 0.2);
  ballot.add(row({2}), 0.9);
  ballot.add(row({3}), 0.5);
  ballot.add(row({3}), 0.1);
  ballot.add(row({4}), 0.9);
  const bool in_order =
      ballot.ranked() == std::vector<Grid>{row({3}), row({2}), row({4}), row({1})};
  CHECK(in_order);
}

TEST_CASE("the votes on a test are told to each of its copies as that one sees it", "[unit]") {
  const TwoTasks two;
  std::vector<int64_t> examples(static_cast<size_t>(two.data->examples()));
  std::iota(examples.begin(), examples.end(), 0);
  VoteScorer scorer({*two.data, examples});
  std::map<std::string, int64_t> asked;  // by the test's own input
  const auto original = [&](int64_t example, std::vector<Token>& input, std::vector<Token>& label) {
    two.read_copy(example, input, label);
    const auto copy = Transform::from_code(two.data->stored(example).augmentation);
    return grid_hash(copy.undo(crop(narrowed(input))));
  };
  std::vector<Token> input(900), label(900);
  for (const auto example : examples) ++asked[original(example, input, label)];
  CHECK(asked.size() == 3);
  for (const auto example : examples) two.answer(scorer, example, example > 1);
  bool split = false;
  for (const auto example : examples) {
    const auto voters = asked[original(example, input, label)];
    const auto votes = scorer.votes(example, input, 1);
    CHECK(votes.all_votes == voters);
    REQUIRE(votes.first.size() == 1);
    CHECK(votes.first[0].votes > voters / 2);
    CHECK(votes.first[0].answer == label);
    split = split || votes.answers == 2;
    CHECK(scorer.votes(example, input, 9).first.size() == static_cast<size_t>(votes.answers));
  }
  CHECK(split);
}

}  // namespace
}  // namespace trm::data::arc
