#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "data/tasks/arc/import.h"
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

TaskSet read(const fs::path& path, std::optional<int64_t> fit = {}) {
  auto silent = Progress::silent();
  return read_set(path, fit, silent);
}

std::vector<Puzzle> read_puzzles(const fs::path& path) { return read(path).puzzles; }

std::vector<std::string> names_of(const TaskSet& set) {
  std::vector<std::string> names;
  for (const auto& puzzle : set.puzzles) names.push_back(puzzle.name);
  return names;
}

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
  CHECK(read(files.prefix).files.size() == 2);
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
      {"a task that is a list", R"({"t": []})", "", "task t: no pairs in it"},
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

TEST_CASE("solutions of more tasks than there are challenges are no fault", "[unit]") {
  const Files files(with_grid("[[1]]"), R"({"t": [[[7]]], "u": "whatever"})");
  CHECK(read_puzzles(files.prefix).at(0).test[0].output == Grid{1, 1, {7}});
}

TEST_CASE("what does not fit is left out before anything of it is checked", "[unit]") {
  const auto task = [](const std::string& grid) {
    return R"({"train": [{"input": )" + grid +
           R"(, "output": [[1]]}], "test": [{"input": [[1]]}]})";
  };
  const auto json = R"({"large": )" + task(rows_of(31, 1)) + R"(, "odd": )" + task("[[77, 1, 1]]") +
                    R"(, "solution": )" + task("[[1]]") + R"(, "good": )" + task("[[1, 2]]") + "}";
  const Files files(json, R"({"large": 1, "odd": 2, "solution": [[[1, 1, 1]]], "good": [[[1]]]})");
  const auto set = read(files.prefix, 2);
  CHECK(names_of(set) == std::vector<std::string>{"good"});
  CHECK(set.too_large == 3);
  CHECK(
      contains(error_of([&] { read(files.prefix, 30); }), "task odd: train pair 1: input: row 1"));
}

TEST_CASE("faults of tasks are told in one message with their number", "[unit]") {
  std::string json = "{";
  for (int i = 0; i < 12; ++i) {
    json += fmt::format(R"({}"t{}": {{"train": [], "test": [{{"input": {}}}]}})", i > 0 ? ", " : "",
                        i, i < 10 ? rows_of(31, 2) : "[[10]]");
  }
  const Files files(json + "}", "");
  const auto message = error_of([&] { read(files.prefix); });
  INFO(message);
  CHECK(contains(message,
                 "task t0: test pair 1: input: a grid of 31x2, larger than 30x30; --fit 30"));
  CHECK(contains(message, "; 10 such tasks: t0, t1, t2, t3, t4, t5, t6, t7 and 2 more"));
  CHECK(contains(message, "; 2 tasks with other faults, the first at t10"));
}

TEST_CASE("a folder of folders is read, and what is no task in it named", "[unit]") {
  const ScratchFolder scratch;
  constexpr const char* kPairs =
      R"([{"input": [[1]], "output": [[2]]}, {"input": [[3]], "output": [[4]]}])";
  fs::create_directories(scratch / "corpus/Above");
  fs::create_directories(scratch / "corpus/Below");
  write_text(scratch / "corpus/Below/b1.json", R"({"train": [], "test": [{"input": [[1]]}]})");
  write_text(scratch / "corpus/Above/a1.json", kPairs);
  write_text(scratch / "corpus/metadata.json", R"({"a1": {"seconds": 1}})");
  write_text(scratch / "corpus/list.json", R"(["a1", "b1"])");
  const auto set = read(scratch / "corpus/");
  CHECK(names_of(set) == std::vector<std::string>{"a1", "b1"});
  CHECK(set.puzzles[0].train.size() == 2);
  CHECK(set.puzzles[0].train[1].output == Grid{1, 1, {4}});
  CHECK(set.puzzles[0].test.empty());
  CHECK(set.passed_over.size() == 2);
  CHECK(set.files.size() == 2);
  fs::remove_all(scratch / "corpus/Above");
  fs::remove_all(scratch / "corpus/Below");
  CHECK(contains(error_of([&] { read(scratch / "corpus"); }),
                 "no task in it, but 2 JSON files of other kinds"));
}

TEST_CASE("a file with a task a line is read, whatever form its pairs have", "[unit]") {
  const ScratchFolder scratch;
  const auto file =
      scratch.file("barc.jsonl",
                   R"({"source": "def f", "examples": [[[[1]], [[2]]], [[[3]], [[4]]]]}
{"name": "x.json", "train": [{"input": [[5]], "output": [[6]]}], "test": []}

[{"input": [[7]], "output": [[8]]}]
)");
  const auto set = read(file);
  CHECK(names_of(set) == std::vector<std::string>{"barc_1", "x", "barc_4"});
  CHECK(set.puzzles[0].train[1].input == Grid{1, 1, {3}});
  const auto faulty = scratch.file("faulty.jsonl", "{\"examples\": [[[[1]], [[12]]]]}\n");
  CHECK(contains(error_of([&] { read(faulty); }),
                 "line 1: train pair 1: output: row 1, column 1: 12"));
  const auto no_json = scratch.file("none.jsonl", "{}\n{\n");
  CHECK(contains(error_of([&] { read(no_json); }), "none.jsonl: line 2: not valid JSON"));
}

TEST_CASE("a set has one path, however it is written", "[unit]") {
  const Files files(kGood, kSolutions);
  const auto folder = files.scratch.path();
  CHECK(set_path(folder / "arc_challenges.json") == files.prefix);
  CHECK(set_path(folder / "x/.." / "arc") == files.prefix);
  CHECK(set_path(folder.string() + "/") == folder);
  CHECK(set_path(folder.string() + "/.") == folder);
  CHECK(names_of(read(folder / "arc_challenges.json")) == std::vector<std::string>{"a1", "b2"});
  // A folder of one such set is that set.
  CHECK(names_of(read(folder)) == std::vector<std::string>{"a1", "b2"});
  files.scratch.file("other-challenges.json", kGood);
  CHECK(
      contains(error_of([&] { read(folder); }), "a folder of 2 sets; name those that are meant: "));
  CHECK(contains(error_of([&] { read(folder / "ar"); }), "or of the sets beside it: arc, other"));
}

}  // namespace
}  // namespace trm::data::arc
