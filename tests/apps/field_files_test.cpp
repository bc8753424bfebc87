// Files in shapes that people have, through the program that reads them. Those that are not written
// here are in tests/field_cases.

#include <nlohmann/json.hpp>

#include "data/dataset.h"
#include "data/identifiers.h"
#include "tests/catch.h"
#include "tests/program.h"

namespace trm {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

std::string field(const std::string& name) {
  return std::string(TRM_SOURCE_DIR) + "/tests/field_cases/" + name;
}

// Builds, each time into the same folder.
class Builds {
 public:
  std::string out() const { return (scratch_ / "set").string(); }

  Finished build(Words words) {
    fs::remove_all(out());
    words.insert(words.begin(), "build");
    words.push_back(out());
    return run_to_end(scratch_, "trm-data", words);
  }
  // With the options after a set that is trained and tested on.
  Finished arc(const std::string& set, Words options = {}) {
    Words words = {"arc", "--train", set, "--test", set, "--augmentations", "0"};
    words.insert(words.end(), options.begin(), options.end());
    return build(words);
  }
  Finished csv(const std::string& task, const std::string& file, Words options = {}) {
    Words words = {task, "--train", file, "--test", file};
    words.insert(words.end(), options.begin(), options.end());
    return build(words);
  }

  Words names() const {
    const auto all = json::parse(read_text(out() + "/identifiers.json")).get<Words>();
    return {all.begin() + 1, all.end()};
  }
  std::shared_ptr<const data::Dataset> split(const std::string& name) const {
    return data::Dataset::open(out(), name);
  }
  const ScratchFolder& scratch() const { return scratch_; }

 private:
  ScratchFolder scratch_;
};

// The message of a program that refuses.
std::string refusal(const Finished& finished) {
  CHECK(finished.code == 2);
  return finished.err;
}

}  // namespace

TEST_CASE("ARC sets are found whatever ends their names, packed or not", "[unit]") {
  Builds builds;
  for (const auto* set : {"a_hyphen/arc-agi_evaluation", "a_gz/my_challenges.json.gz", "a_gz/"}) {
    INFO(set);
    const auto built = builds.arc(field(set));
    INFO(built.err);
    REQUIRE(built.code == 0);
    CHECK(builds.names() == Words{"a1b2c3d4", "0badcafe", "12345678"});
    CHECK(builds.split("test")->examples() == 3);
  }
  const auto message = refusal(builds.arc(field("a_gz/mine")));
  CHECK(contains(message, "mine_challenges.json or"));
  CHECK(contains(message, "or of the sets beside it: my"));
}

TEST_CASE("an ARC task whose file says NAME.json is NAME", "[unit]") {
  Builds builds;
  REQUIRE(builds.arc(field("a_larc")).code == 0);
  CHECK(builds.names() == Words{"0a1b2c3d", "1a1b2c3d"});
}

TEST_CASE("one and one/ are the same ARC set", "[unit]") {
  Builds builds;
  const auto one = field("a_slash/one");
  const auto built = builds.build(
      {"arc", "--train", one, "--test", field("a_slash/./one//"), "--augmentations", "0"});
  INFO(built.err);
  REQUIRE(built.code == 0);
  CHECK(builds.names() == Words{"Count1", "Count2"});
  CHECK(builds.split("train")->examples() == 6);
  CHECK(
      contains(refusal(builds.build({"arc", "--train", one, "--train", one + "/", "--test", one})),
               "named twice"));
}

TEST_CASE("an ARC task over 30x30 is refused with its number, and left out by --fit", "[unit]") {
  Builds builds;
  const auto& scratch = builds.scratch();
  fs::copy(field("a_big"), scratch / "tasks");
  const auto tasks = (scratch / "tasks").string();
  const auto message = refusal(builds.arc(tasks));
  CHECK(contains(message, "e26a3af2.json: train pair 1: input: a grid of 31x5, larger than 30x30"));
  CHECK(contains(message, "--fit 30"));
  CHECK(contains(refusal(builds.arc(tasks, {"--fit", "30"})), "no task of"));
  fs::copy(field("a_larc/0.json"), scratch / "tasks/0.json");
  const auto built = builds.arc(tasks, {"--fit", "30"});
  REQUIRE(built.code == 0);
  CHECK(builds.names() == Words{"0a1b2c3d"});
  CHECK(contains(built.err, "1 task left out, with grids over 30x30"));
}

TEST_CASE("an ARC task in two sets is refused with the number, or one of both is kept", "[unit]") {
  Builds builds;
  const auto first = field("a_dupA/e1"), second = field("a_dupA/e2");
  const Words both = {"arc", "--train", first, "--test", second, "--augmentations", "0"};
  const auto with = [&](const char* rule) {
    auto words = both;
    words.insert(words.end(), {"--same-task", rule});
    const auto built = builds.build(words);
    INFO(built.err);
    REQUIRE(built.code == 0);
    CHECK(contains(built.err, "1 task left out as found more than once"));
    // No test is in training.
    CHECK_FALSE(contains(built.err, "equivalent"));
    return json::parse(read_text(builds.out() + "/test_puzzles.json"));
  };
  const auto message = refusal(builds.build(both));
  CHECK(contains(message, "1 task found more than once: 0934a4d8 ("));
  CHECK(contains(message, "--same-task keep-tested"));
  // Four pairs of 11111111, three of each of the tested tasks.
  CHECK(with("keep-tested").contains("0934a4d8"));
  CHECK(builds.split("train")->examples() == 10);
  CHECK(builds.split("test")->examples() == 2);
  CHECK_FALSE(with("keep-first").contains("0934a4d8"));
  CHECK(builds.split("train")->examples() == 11);
  CHECK(builds.split("test")->examples() == 1);
}

TEST_CASE("ARC tasks without training pairs, tests or answers are said to be such", "[unit]") {
  Builds builds;
  CHECK(contains(refusal(builds.arc(field("a_notrain"))), "nothing to train on"));
  const auto& scratch = builds.scratch();
  fs::copy(field("a_slash/one"), scratch / "tasks");
  fs::copy(field("a_notrain/0a1b2c3d.json"), scratch / "tasks/a.json");
  scratch.file("tasks/b.json", R"([{"input": [[1]], "output": [[2]]}])");
  const auto built = builds.arc((scratch / "tasks").string());
  REQUIRE(built.code == 0);
  CHECK(contains(built.err, "1 of 4 tasks (a) have no training pairs"));
  CHECK(contains(built.err, "1 of 4 tasks (b) have no tests"));
  fs::create_directory(scratch / "pairs");
  fs::rename(scratch / "tasks/b.json", scratch / "pairs/b.json");
  CHECK(contains(refusal(builds.arc((scratch / "pairs").string())),
                 "none of its 1 tasks has tests; name it with --train alone"));

  const auto unsolved = builds.arc(field("a_nosol/arc-agi_test"));
  REQUIRE(unsolved.code == 0);
  CHECK(contains(unsolved.err,
                 "3 of 3 tasks (a1b2c3d4, 0badcafe, 12345678) have tests whose answers "
                 "are not known: these are no part of the scores"));
  // What is not known is nothing to train on.
  const auto trained = builds.build({"arc", "--train", field("a_nosol/arc-agi_test"), "--test",
                                     field("a_slash/one"), "--augmentations", "0"});
  REQUIRE(trained.code == 0);
  CHECK(contains(trained.err, "not known: these are left out"));
  CHECK(builds.split("train")->examples() == 9 + 6);
}

TEST_CASE("an ARC folder may hold folders and JSON that is no task", "[unit]") {
  Builds builds;
  const auto& scratch = builds.scratch();
  fs::create_directories(scratch / "corpus/deep");
  fs::copy(field("a_slash/one"), scratch / "corpus/Count");
  fs::copy(field("a_larc/0.json"), scratch / "corpus/deep/0.json");
  scratch.file("corpus/package.json", R"({"name": "viewer", "version": "1"})");
  const auto built = builds.arc((scratch / "corpus").string());
  REQUIRE(built.code == 0);
  CHECK(builds.names() == Words{"Count1", "Count2", "0a1b2c3d"});
  CHECK(contains(built.err, "1 JSON file without tasks passed over: "));
  CHECK(contains(built.err, "package.json"));
}

TEST_CASE("Sudokus are read from tables with other columns and from lists", "[unit]") {
  Builds builds;
  REQUIRE(builds.csv("sudoku", field("s_kaggle1m/sudoku.csv")).code == 0);
  std::vector<data::Token> input(81), label(81), other_input(81), other_label(81);
  builds.split("train")->read(5, input, label);
  CHECK_FALSE(builds.split("train")->rating(5));
  const auto list = builds.csv("sudoku", field("s_tdoku/puzzles.txt"));
  REQUIRE(list.code == 0);
  CHECK(contains(list.err, "puzzles.txt: 6 puzzles without answers, solved here"));
  // Both files have the same six puzzles.
  CHECK(builds.split("train")->examples() == 6);
  builds.split("train")->read(5, other_input, other_label);
  CHECK(other_input == input);
  CHECK(other_label == label);

  const auto file = builds.scratch().file("other.csv", "id;givens\n1;2\n");
  CHECK(contains(refusal(builds.csv("sudoku", file.string())),
                 "line 1: no column of puzzles in the header 'id;givens'"));
}

TEST_CASE("repeated and leaked Sudokus are counted, and refused with --strict", "[unit]") {
  Builds builds;
  const auto file = field("s_dup/train.csv");
  const auto built = builds.csv("sudoku", file);
  REQUIRE(built.code == 0);
  const Words found = {
      "6 of 12 train puzzles are there already (the first is example 6)",
      "6 of 12 test puzzles are there already (the first is example 6)",
      "12 of 12 test examples are equivalent to training examples (the first is example 0)"};
  for (const auto& line : found) CHECK(contains(built.err, "warning: " + line));

  const auto inspected =
      run_to_end(builds.scratch(), "trm-data", {"inspect", builds.out(), "--json", "-"});
  REQUIRE(inspected.code == 0);
  const auto findings = json::parse(inspected.out)["findings"];
  REQUIRE(findings.size() == 3);
  CHECK(findings[2]["split"] == "test");
  CHECK(findings[2]["count"] == 12);
  const auto strict =
      run_to_end(builds.scratch(), "trm-data", {"inspect", builds.out(), "--strict"});
  for (const auto& line : found) CHECK(contains(refusal(strict), line));

  const auto message = refusal(builds.csv("sudoku", file, {"--strict"}));
  for (const auto& line : found) CHECK(contains(message, line));
  CHECK_FALSE(fs::exists(builds.out()));
}

TEST_CASE("a maze may go over lines, and labels that are not shortest are counted", "[unit]") {
  Builds builds;
  const auto lines = builds.csv("maze", field("m_multiline/train.csv"));
  REQUIRE(lines.code == 0);
  CHECK(builds.split("train")->info().cells == 49);
  CHECK_FALSE(contains(lines.err, "path"));

  const auto file = field("m_notshort/train.csv");
  const auto built = builds.csv("maze", file);
  REQUIRE(built.code == 0);
  CHECK(contains(built.err, "warning: 1 of 1 train labels are longer than a shortest path"));
  CHECK(contains(built.err, "warning: 1 of 1 test labels are longer than a shortest path"));
  CHECK(
      contains(refusal(builds.csv("maze", file, {"--strict"})), "1 of 1 train labels are longer"));
}

TEST_CASE("mazes of other characters are read with --symbols", "[unit]") {
  Builds builds;
  const auto file =
      builds.scratch().file("mazes.csv", "maze,solution\n\"A01\n001\n10B\",\"A01\nxx1\n1xB\"\n");
  CHECK(contains(refusal(builds.csv("maze", file.string())), "say with --symbols"));
  const auto built =
      builds.csv("maze", file.string(), {"--symbols", "wall=1,open=0,start=A,goal=B,path=x"});
  INFO(built.err);
  REQUIRE(built.code == 0);
  std::vector<data::Token> input(9), label(9);
  builds.split("train")->read(0, input, label);
  CHECK(input == std::vector<data::Token>{3, 2, 1, 2, 2, 1, 1, 2, 4});
  CHECK(label == std::vector<data::Token>{3, 2, 1, 5, 5, 1, 1, 5, 4});
}

}  // namespace trm
