#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/apps/solve_model.h"
#include "tests/catch.h"

namespace trm {
namespace {

using nlohmann::json;

constexpr const char* kBoard = "1234341221434321";

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

int64_t differences(const std::string& a, const std::string& b) {
  REQUIRE(a.size() == b.size());
  int64_t count = 0;
  for (size_t i = 0; i < a.size(); ++i) count += a[i] != b[i] ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("trm-solve: a table's puzzles become a table and lines of JSON", "[unit]") {
  const SolveModel model;
  const auto file =
      model.write("puzzles.csv", std::string("answer,question\n") + kBoard + ",1.3434122143432.\n" +
                                     kBoard + ",..34341.2.43.3.1\n,.2..3...2.......\n");
  const auto table = (model.small.scratch / "out.csv").string();
  const auto lines = (model.small.scratch / "out.jsonl").string();
  const auto done = model.solve({"--file", file, "--csv", table, "--json", lines});
  INFO(done.err);
  REQUIRE(done.code == 0);

  const auto records = lines_of(read_text(lines)), rows = lines_of(read_text(table));
  REQUIRE(records.size() == 3);
  REQUIRE(rows.size() == 4);
  CHECK(rows[0] ==
        "puzzle,answer,expected,exact,wrong_cells,halting_probability,keeps_givens,obeys_rules");
  int64_t exact = 0;
  for (size_t i = 0; i < 3; ++i) {
    const auto record = json::parse(records[i]);
    const auto answer = record["answer"].get<std::string>();
    CHECK(rows[i + 1].starts_with(record["puzzle"].get<std::string>() + "," + answer + ","));
    CHECK(record["steps"].size() == 3);
    CHECK(contains(done.out, std::to_string(i + 1) + " " + answer));
    if (i == 2) {
      CHECK_FALSE(record.contains("expected"));
      CHECK(contains(rows[3], answer + ",,,,0."));
      continue;
    }
    const auto wrong = differences(answer, kBoard);
    CHECK(record["expected"] == kBoard);
    CHECK(record["wrong_cells"] == wrong);
    CHECK(record["exact"] == (wrong == 0));
    exact += wrong == 0 ? 1 : 0;
  }
  const char* shares[] = {"0.00 %", "50.00 %", "100.00 %"};
  CHECK(contains(done.out, std::string("3 puzzles\n  exact ") + shares[exact] +
                               " of 2 with a known answer\n  keeps_givens "));

  const auto quiet = model.solve({"--file", file, "--quiet"});
  std::string answers;
  for (const auto& line : records) answers += json::parse(line)["answer"].get<std::string>() + "\n";
  CHECK(quiet.out == answers);
  // The same puzzles, a line each, from the standard input.
  const auto input =
      model.write("puzzles.txt", "1.3434122143432.\n..34341.2.43.3.1\n.2..3...2.......\n");
  CHECK(model.solve({"--quiet"}, input).out == answers);
}

TEST_CASE("trm-solve: wrong cells are marked and the right answer is beside them", "[unit]") {
  const SolveModel model;
  // Nobody can know this answer from one cell.
  const auto file =
      model.write("one.csv", std::string("puzzle,solution\n1...............,") + kBoard);
  const auto done = model.solve({"--file", file});
  INFO(done.out << done.err);
  REQUIRE(done.code == 0);
  const auto answer_at = done.out.find("answer ");
  REQUIRE(answer_at != std::string::npos);
  const auto wrong = differences(done.out.substr(answer_at + 7, 16), kBoard);
  REQUIRE(wrong > 0);
  const auto marked_at = done.out.find("wrong cells: " + std::to_string(wrong) + ", marked *\n");
  const auto expected_at = done.out.find(std::string("expected ") + kBoard);
  REQUIRE(marked_at != std::string::npos);
  REQUIRE(expected_at != std::string::npos);
  const auto drawn = done.out.substr(marked_at, expected_at - marked_at);
  CHECK(std::count(drawn.begin(), drawn.end(), '*') == wrong + 1);  // and that of the title
  CHECK(contains(done.out, "exact: no"));
}

TEST_CASE("trm-solve: puzzles that cannot be read are one message with their number", "[unit]") {
  const SolveModel model;
  const auto file = model.write("bad.csv", "question\n1...............\n123\n5...............\n");
  const auto done = model.solve({"--file", file});
  CHECK(done.code == 2);
  CHECK(done.out.empty());
  CHECK(contains(done.err, "bad.csv: 2 of 3 puzzles cannot be read, the first: " + file +
                               ": line 3: board: 3 cells"));
  CHECK(lines_of(done.err).size() == 1);
  const auto empty = model.solve({}, "/dev/null");
  CHECK(empty.code == 2);
  CHECK(contains(empty.err, "standard input: no puzzle in it"));
}

TEST_CASE("trm-solve asks for puzzles when a terminal waits", "[unit]") {
  const SolveModel model;
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(terminal >= 0);
  REQUIRE(::grantpt(terminal) == 0);
  REQUIRE(::unlockpt(terminal) == 0);
  // What is no puzzle is asked for again; Ctrl-D at the start of a line ends.
  const std::string typed = "no puzzle\n\n1.3434122143432.\n\4";
  REQUIRE(::write(terminal, typed.data(), typed.size()) == static_cast<ssize_t>(typed.size()));
  const auto done = model.solve({"--quiet"}, ::ptsname(terminal));
  ::close(terminal);
  INFO(done.err);
  CHECK(done.code == 0);
  CHECK(contains(done.err, "puzzle, in one line or drawn"));
  CHECK(contains(done.err, "error: "));
  CHECK(lines_of(done.out).size() == 1);
  CHECK(lines_of(done.out)[0].size() == 16);
}

TEST_CASE("trm-solve: ratios are numbers, of a maze", "[unit]") {
  const ScratchFolder scratch;
  const auto data = (scratch / "mazes").string();
  REQUIRE(run_to_end(scratch, "trm-data",
                     {"generate", "maze", "--size", "5", "--train", "20", "--test", "4",
                      "--min-path", "4", "--seed", "0", data})
              .code == 0);
  const SolveModel model(
      {"data.path=" + data, "data.validation=0", "data.task=maze", "train.steps=2"});
  const auto done = model.solve({"--example", "1"});
  INFO(done.out << done.err);
  CHECK(done.code == 0);
  const auto at = done.out.find("length_ratio: ");
  REQUIRE(at != std::string::npos);
  CHECK(done.out.substr(at + 14, 5).find_first_not_of("0123456789.") == std::string::npos);
  CHECK(contains(done.out, "expected "));
}

TEST_CASE("trm-solve: an ARC task has its name, its copies' votes and what is right", "[unit]") {
  const ScratchFolder scratch;
  fs::create_directory(scratch / "tasks");
  for (const char* name : {"one", "two"}) {
    write_text(scratch / (std::string("tasks/") + name + ".json"),
               R"({"train": [{"input": [[1, 2]], "output": [[2, 1]]}],
                   "test": [{"input": [[3, 4]], "output": [[4, 3]]}]})");
  }
  const auto tasks = (scratch / "tasks").string(), set = (scratch / "set").string();
  REQUIRE(run_to_end(scratch, "trm-data",
                     {"build", "arc", "--train", tasks, "--test", tasks, "--augmentations", "3",
                      "--seed", "0", set})
              .code == 0);
  const SolveModel model({"data.path=" + set, "data.validation=0", "data.task=arc", "data.canvas=3",
                          "train.steps=2", "train.batch=4"});
  const auto done = model.solve({"--example", "0"});
  INFO(done.out << done.err);
  CHECK(done.code == 0);
  CHECK(contains(done.out, "task one, puzzle id 1\n"));
  CHECK(contains(done.out, "voted by the task and 3 of its 3 copies\nattempt_1: "));
  CHECK(contains(done.out, "attempt_2: "));
  CHECK(contains(done.out, "expected\n4 3\n"));
  CHECK_FALSE(contains(model.solve({"--example", "0", "--copies", "0"}).out, "voted"));
}

}  // namespace trm
