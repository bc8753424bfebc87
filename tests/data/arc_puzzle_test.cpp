#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "data/tasks/arc/puzzle.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm::data::arc {
namespace {

constexpr const char* kGood =
    R"({"a1": {"train": [{"input": [[1, 2]], "output": [[3]]}], "test": [{"input": [[4]]}]},
 "b2": {"test": [{"input": [[5]]}, {"input": [[6]]}], "train": [{"input": [[0]], "output": [[9]]}]}})";
constexpr const char* kSolutions = R"({"a1": [[[7, 7]]], "b2": [[[1]], [[2], [3]]]})";

struct Files {
  ScratchFolder scratch;
  fs::path prefix = scratch / "arc";

  Files(const std::string& challenges, const std::string& solutions) {
    scratch.file("arc_challenges.json", challenges);
    if (!solutions.empty()) scratch.file("arc_solutions.json", solutions);
  }
};

TEST_CASE("tasks come in the file's order, with their solutions", "[unit]") {
  const Files files(kGood, kSolutions);
  const auto puzzles = read_puzzles(files.prefix);
  REQUIRE(puzzles.size() == 2);
  CHECK(puzzles[0].name == "a1");
  CHECK(puzzles[0].train[0].input == Grid{1, 2, {1, 2}});
  CHECK(puzzles[0].test[0].output == Grid{1, 2, {7, 7}});
  CHECK_FALSE(puzzles[0].test_first);
  CHECK(puzzles[1].test_first);
  CHECK(puzzles[1].test[1].output == Grid{2, 1, {2, 3}});
  CHECK(puzzles[1].solved);
  CHECK(files_of(files.prefix).size() == 2);
}

TEST_CASE("without solutions the outputs of tests are [[0]]", "[unit]") {
  const Files files(kGood, "");
  const auto puzzles = read_puzzles(files.prefix);
  CHECK_FALSE(puzzles[0].solved);
  CHECK(puzzles[0].test[0].output == Grid{1, 1, {0}});
}

TEST_CASE("a folder of one file a task is read in the order of names", "[unit]") {
  const ScratchFolder scratch;
  constexpr const char* kTask =
      R"({"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[3]], "output": [[4]]}])";
  scratch.file("b.json", std::string(kTask) + "}");
  scratch.file("a.json", std::string(kTask) + ", \"name\": \"Concept7\"}");
  scratch.file("readme.txt", "no task");
  const auto puzzles = read_puzzles(scratch.path());
  REQUIRE(puzzles.size() == 2);
  CHECK(puzzles[0].name == "Concept7");
  CHECK(puzzles[1].name == "b");
  CHECK(puzzles[1].test[0].output == Grid{1, 1, {4}});
}

TEST_CASE("a file whose name no JSON can hold is refused", "[unit]") {
  const ScratchFolder scratch;
  write_text(scratch / "\xff.json", R"({"train": [], "test": [{"input": [[1]]}]})");
  CHECK(contains(error_of([&] { read_puzzles(scratch / ""); }), "name is not UTF-8"));
}

std::string with_grid(const std::string& grid) {
  return fmt::format(
      R"({{"t": {{"train": [{{"input": {}, "output": [[1]]}}], "test": [{{"input": [[1]]}}]}}}})",
      grid);
}

std::string rows_of(int rows, int columns) {
  auto json = nlohmann::json::array();
  for (int r = 0; r < rows; ++r) json.push_back(std::vector<int>(static_cast<size_t>(columns)));
  return json.dump();
}

struct Fault {
  const char* name;
  std::string challenges, solutions;
  const char* message;
};

TEST_CASE("whatever is no ARC task is refused with file, task and cell", "[unit]") {
  const std::string good_solution = R"({"t": [[[1]]]})";
  const std::string good = with_grid("[[1]]");
  const Fault faults[] = {
      {"not JSON", "{", "", "arc_challenges.json: not valid JSON"},
      {"a list", "[]", "", "not an object of tasks"},
      {"no task", "{}", "", "no task in it"},
      {"a task that is a list", R"({"t": []})", "", "task t: not an object"},
      {"no train", R"({"t": {"test": []}})", "", "task t: no \"train\""},
      {"no test", R"({"t": {"train": []}})", "", "task t: no \"test\""},
      {"no pairs", R"({"t": {"train": [], "test": []}})", "", "neither train nor test pairs"},
      {"a train pair without output", R"({"t": {"train": [{"input": [[1]]}], "test": []}})", "",
       "train pair 1: no \"output\""},
      {"half of the tests solved",
       R"({"t": {"train": [], "test": [{"input": [[1]], "output": [[1]]}, {"input": [[1]]}]}})", "",
       "some test pairs have outputs"},
      {"an empty grid", with_grid("[]"), "", "task t: train pair 1: input: not a grid"},
      {"an empty row", with_grid("[[]]"), "", "input: not a grid"},
      {"a grid that is a number", with_grid("7"), "", "input: not a grid"},
      {"a row that is a number", with_grid("[[1], 2]"), "", "row 2 does not have the 1 cells"},
      {"ragged rows", with_grid("[[1, 2], [3]]"), "", "row 2 does not have the 2 cells"},
      {"a colour of 10", with_grid("[[1, 2], [3, 10]]"), "", "row 2, column 2: 10 is no colour"},
      {"a negative colour", with_grid("[[-1]]"), "", "row 1, column 1: -1 is no colour"},
      {"a fraction", with_grid("[[1.5]]"), "", "1.5 is no colour"},
      {"a huge number", with_grid("[[123456789012345678901234567890]]"), "", "is no colour"},
      {"a text", with_grid("[[\"1\"]]"), "", "is no colour"},
      {"null", with_grid("[[null]]"), "", "null is no colour"},
      {"31 rows", with_grid(rows_of(31, 1)), "", "31x1, larger than 30x30"},
      {"31 columns", with_grid(rows_of(1, 31)), "", "1x31, larger than 30x30"},
      {"one name twice", R"({"t": {"train": [], "test": []}, "t": {"train": [], "test": []}})", "",
       "'t' is given twice"},
      {"deep nesting", with_grid(std::string(100, '[') + std::string(100, ']')), "",
       "nested deeper than 64"},
      {"not UTF-8", "{\"\xff\": {}}", "", "not valid JSON"},
      {"no solutions for a task", good, R"({"u": [[[1]]]})",
       "arc_solutions.json: task t: no solutions"},
      {"too few solutions", good, R"({"t": []})", "0 solutions of 1 tests"},
      {"too many solutions", good, R"({"t": [[[1]], [[2]]]})", "2 solutions of 1 tests"},
      {"a solution that is no grid", good, R"({"t": [[1]]})", "solution 1: not a grid"},
      {"solutions of another task", good, R"({"t": [[[1]]], "u": [[[1]]]})",
       "not among the challenges"},
      {"solutions that are a list", good, "[]", "not an object of solutions"},
  };
  CHECK(read_puzzles(Files(good, good_solution).prefix).size() == 1);
  for (const auto& fault : faults) {
    INFO(fault.name);
    const Files files(fault.challenges, fault.solutions);
    const auto message = error_of([&] { read_puzzles(files.prefix); });
    INFO(message);
    CHECK(contains(message, fault.message));
    CHECK(contains(message, files.prefix.string()));
    CHECK(message.find('\n') == std::string::npos);
  }
  CHECK(contains(error_of([] { read_puzzles("/nowhere/arc"); }), "neither a folder of tasks"));
}

TEST_CASE("a grid of 30x30 is read", "[unit]") {
  const Files files(with_grid(rows_of(30, 30)), "");
  CHECK(read_puzzles(files.prefix)[0].train[0].input.cells.size() == 900);
}

}  // namespace
}  // namespace trm::data::arc
