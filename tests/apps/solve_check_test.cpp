#include <array>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/apps/solve_model.h"

namespace trm {
namespace {

// Whether a 4x4 board keeps its puzzle's digits and has each digit once in every row, column, box.
bool is_good(const std::string& puzzle, const std::string& answer) {
  std::array<std::string, 12> units;
  for (size_t i = 0; i < 16; ++i) {
    if (puzzle[i] != '.' && puzzle[i] != answer[i]) return false;
    for (const size_t unit : {i / 4, 4 + i % 4, 8 + i / 8 * 2 + i % 4 / 2})
      units[unit] += answer[i];
  }
  for (auto& unit : units) {
    std::sort(unit.begin(), unit.end());
    if (unit != "1234") return false;
  }
  return true;
}

}  // namespace

TEST_CASE("trm-solve --check exits with 1 where an answer breaks the rules, with 0 where none does",
          "[unit]") {
  const SolveModel model({"train.steps=250", "train.eval_steps=null", "train.save_steps=1000"});
  // Easy puzzles, of which a model with a little training gets some, and one that nobody can know.
  std::string puzzles = "1...............\n";
  const std::string board = "1234341221434321";
  for (size_t i = 0; i < 16; ++i) puzzles += board.substr(0, i) + "." + board.substr(i + 1) + "\n";
  const auto all = model.solve({"--file", model.write("all.txt", puzzles), "--json", "-"});
  REQUIRE(all.code == 0);  // whatever the answers are
  std::istringstream records(all.out);
  std::string good, bad;
  for (std::string line; std::getline(records, line);) {
    const auto record = nlohmann::json::parse(line);
    const auto puzzle = record["puzzle"].get<std::string>();
    (is_good(puzzle, record["answer"]) ? good : bad) += puzzle + "\n";
  }
  REQUIRE_FALSE(good.empty());
  REQUIRE_FALSE(bad.empty());
  const auto fine = model.solve({"--file", model.write("good.txt", good), "--check"});
  INFO(fine.out << fine.err);
  CHECK(fine.code == 0);
  CHECK(contains(fine.err, "answers obey the rules"));
  const auto broken = model.solve({"--file", model.write("some.txt", good + bad), "--check"});
  CHECK(broken.code == 1);
  CHECK(contains(broken.err, "break the rules (keeps_givens, obeys_rules)"));
  CHECK(contains(broken.out, "obeys_rules"));
  const auto quiet = model.solve({"--file", model.write("bad.txt", bad), "--check", "--quiet"});
  CHECK(quiet.code == 1);
  CHECK(std::count(quiet.out.begin(), quiet.out.end(), '\n') ==
        std::count(bad.begin(), bad.end(), '\n'));
}

TEST_CASE("trm-solve --check of a maze asks for a path, of whatever length", "[unit]") {
  const ScratchFolder scratch;
  const auto data = (scratch / "mazes").string();
  REQUIRE(run_to_end(scratch, "trm-data",
                     {"generate", "maze", "--size", "5", "--train", "20", "--test", "4",
                      "--min-path", "4", "--seed", "0", data})
              .code == 0);
  const SolveModel model(
      {"data.path=" + data, "data.validation=0", "data.task=maze", "train.steps=2"});
  const auto done = model.solve({"--example", "1", "--check"});
  INFO(done.out << done.err);
  const bool path = contains(done.out, "valid_path: yes");
  CHECK(path != contains(done.out, "valid_path: no"));
  CHECK(done.code == (path ? 0 : 1));
  CHECK(contains(done.err, path ? "1 of 1 answers obey" : "1 of 1 answers break the rules (valid"));
}

TEST_CASE("trm-solve --check where there are no rules asks for the right answer, or for no more",
          "[unit]") {
  const ScratchFolder scratch;
  fs::create_directory(scratch / "tasks");
  write_text(scratch / "tasks/one.json",
             R"({"train": [{"input": [[1, 2]], "output": [[2, 1]]}],
                 "test": [{"input": [[3, 4]], "output": [[4, 3]]}]})");
  const auto tasks = (scratch / "tasks").string(), set = (scratch / "set").string();
  REQUIRE(run_to_end(scratch, "trm-data",
                     {"build", "arc", "--train", tasks, "--test", tasks, "--augmentations", "3",
                      "--seed", "0", set})
              .code == 0);
  const SolveModel model({"data.path=" + set, "data.validation=0", "data.task=arc", "data.canvas=3",
                          "train.steps=2", "train.batch=4"});
  const auto unknown = model.solve({"12/34", "--check"});
  CHECK(unknown.code == 2);
  CHECK(unknown.out.empty());
  CHECK(contains(unknown.err, "puzzle: --check: this kind of puzzle has no rules"));
  const auto known = model.solve({"--example", "0", "--copies", "0", "--check"});
  INFO(known.out << known.err);
  const bool right = contains(known.out, "exact: yes");
  CHECK(right != contains(known.out, "exact: no"));
  CHECK(known.code == (right ? 0 : 1));
}

}  // namespace trm
