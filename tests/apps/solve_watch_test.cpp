#include <algorithm>
#include <sstream>

#include "tests/apps/solve_model.h"
#include "tests/apps/terminal_program.h"

namespace trm {
namespace {

constexpr const char* kPuzzle = "1.3434122143432.";
constexpr const char* kTake = "\033[?1049h";
constexpr const char* kGiveBack = "\033[0m\033[?7h\033[?25h\033[?1049l";

std::vector<std::string> watching(const SolveModel& model, std::vector<std::string> more) {
  more.insert(more.begin(), {model.run, "--watch"});
  return more;
}

int64_t count_of(const std::string& text, const std::string& part) {
  int64_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("trm-solve --watch shows step after step in one place, and q ends it with 0", "[unit]") {
  const SolveModel model;
  TerminalProgram program("trm-solve", watching(model, {kPuzzle, "--speed", "20"}));
  REQUIRE(program.shows("the end"));
  const auto rows = program.rows();
  CHECK(rows[0].starts_with("step 3 of 3: "));
  CHECK(rows[1].starts_with("halting probability 0."));
  CHECK(rows[3] == "+-----+-----+");
  CHECK(rows[4].starts_with("| "));
  CHECK(rows[9] == "+-----+-----+");
  // Each was there, in its order.
  size_t at = 0;
  for (const char* step :
       {"step 0 of 3: the puzzle", "step 1 of 3: ", "step 2 of 3: ", "step 3 of 3: "}) {
    at = program.written().find(step, at);
    REQUIRE(at != std::string::npos);
  }
  CHECK_FALSE(program.is_as_before());
  program.type("q");
  CHECK(program.wait() == 0);
  CHECK(program.is_as_before());
  const auto& written = program.written();
  const auto end = written.rfind(kGiveBack);
  REQUIRE(end != std::string::npos);
  CHECK(count_of(written, kTake) == 1);
  // What stays on the ordinary screen.
  CHECK(contains(written.substr(end), "answer "));
  CHECK(contains(written.substr(end), "obeys_rules: "));
}

TEST_CASE("trm-solve --watch: a pause holds, and keys go on, back and faster", "[unit]") {
  const SolveModel model;
  TerminalProgram program("trm-solve", watching(model, {kPuzzle, "--speed", "0.5"}));
  REQUIRE(program.shows("step 0 of 3"));
  program.type(" ");
  REQUIRE(program.shows("paused"));
  program.type("n");
  REQUIRE(program.shows("step 1 of 3"));
  program.type("\033[C");
  REQUIRE(program.shows("step 2 of 3"));
  program.type("\033[D");
  REQUIRE(program.shows("step 1 of 3"));
  program.type("p");
  REQUIRE(program.shows("step 0 of 3"));
  program.type("+++++++++");  // 19 steps a second
  REQUIRE(program.shows("19.2 steps/s, paused"));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // the rest of that picture
  const auto held = program.written().size();
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  CHECK(program.written().size() == held);
  program.type(" ");
  REQUIRE(program.shows("the end"));
  CHECK(program.rows()[0].starts_with("step 3 of 3"));
  program.type("p");
  REQUIRE(program.shows("step 2 of 3"));
  program.type("q");
  CHECK(program.wait() == 0);
}

TEST_CASE("trm-solve --watch: Ctrl-C and signals give the terminal back, and write nothing after",
          "[unit]") {
  const SolveModel model;
  const auto file = (model.small.scratch / "none.json").string();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT}) {
    INFO(signal);
    TerminalProgram program("trm-solve", watching(model, {"--example", "0", "--json", file}));
    REQUIRE(program.shows("step 1 of 3"));
    CHECK_FALSE(program.is_as_before());
    if (signal == SIGINT) {
      program.type("\3");
    } else {
      program.signal(signal);
    }
    CHECK(program.wait() == 128 + signal);
    CHECK(program.written().ends_with(kGiveBack));
    CHECK(program.is_as_before());
    CHECK_FALSE(fs::exists(file));
  }
}

TEST_CASE("trm-solve --watch: while it is stopped by Ctrl-Z the terminal is the shell's",
          "[unit]") {
  const SolveModel model;
  TerminalProgram program("trm-solve", watching(model, {kPuzzle, "--speed", "20"}));
  REQUIRE(program.shows("the end"));
  program.type("\032");
  REQUIRE(comes([&] { return program.is_stopped(); }));
  CHECK(program.written().ends_with(kGiveBack));
  CHECK(program.is_as_before());
  program.signal(SIGCONT);
  REQUIRE(comes([&] { return count_of(program.written(), kTake) >= 2; }));
  REQUIRE(program.shows("the end"));
  CHECK_FALSE(program.is_as_before());
  program.type("q");
  CHECK(program.wait() == 0);
  CHECK(program.is_as_before());
}

TEST_CASE("trm-solve --watch: a small window is told what it lacks, and a larger one has it",
          "[unit]") {
  const SolveModel model;
  TerminalProgram program("trm-solve", watching(model, {kPuzzle, "--speed", "20"}));
  REQUIRE(program.shows("the end"));
  const auto whole = program.rows();
  program.resize(16, 8);
  REQUIRE(program.shows("too small: 13x13"));
  const auto clipped = program.rows();
  CHECK(clipped[1] == whole[0].substr(0, 16));
  CHECK(clipped[2] == whole[1].substr(0, 16));
  for (size_t i = 3; i < 8; ++i) CHECK(clipped[i] == whole[i]);
  program.resize(3, 1);
  REQUIRE(program.shows("too"));
  program.resize(100, 40);
  CHECK(comes([&] { return program.rows() == whole; }));
  program.type("q");
  CHECK(program.wait() == 0);
}

TEST_CASE("trm-solve --watch: of several puzzles q leaves the rest unseen, and files have all",
          "[unit]") {
  const SolveModel model;
  const auto file =
      model.write("puzzles.txt", "1.3434122143432.\n..34341.2.43.3.1\n1...............\n");
  const auto table = (model.small.scratch / "out.csv").string();
  TerminalProgram program("trm-solve",
                          watching(model, {"--file", file, "--csv", table, "--speed", "20"}));
  REQUIRE(program.shows("puzzle 2 of 3"));
  program.type("q");
  CHECK(program.wait() == 0);
  CHECK_FALSE(contains(program.written(), "puzzle 3 of 3"));
  CHECK(contains(program.written(), "3 puzzles"));
  const auto text = read_text(table);
  CHECK(std::count(text.begin(), text.end(), '\n') == 4);
}

TEST_CASE("trm-solve --watch without a terminal is plain lines and one note", "[unit]") {
  const SolveModel model;
  const auto plain = model.solve({"--example", "0"});
  const auto watched = model.solve({"--example", "0", "--watch"});
  CHECK(watched.code == 0);
  CHECK(watched.out == plain.out);
  CHECK(count_of(watched.err, "--watch: ") == 1);
  TerminalProgram dumb("trm-solve", watching(model, {"--example", "0"}), {"TERM=dumb"});
  CHECK(dumb.wait() == 0);
  CHECK_FALSE(contains(dumb.written(), "\033[?"));
  CHECK(contains(dumb.written(), "--watch: "));
}

TEST_CASE("trm-solve --watch: wrong cells are red, and changed ones green", "[unit]") {
  const SolveModel model;
  // Nobody can know this answer from one cell.
  const auto file = model.write("one.csv", "puzzle,solution\n1...............,1234341221434321");
  const auto watch = [&](const std::vector<std::string>& variables) {
    TerminalProgram program("trm-solve", watching(model, {"--file", file, "--speed", "20"}),
                            variables);
    REQUIRE(program.shows("the end"));
    program.type("q");
    CHECK(program.wait() == 0);
    return program.written().substr(0, program.written().rfind(kGiveBack));
  };
  const auto coloured = watch({});
  CHECK(contains(coloured, "\033[1;31m"));
  const auto plain = watch({"NO_COLOR=1"});
  CHECK_FALSE(contains(plain, "\033[1;31m"));
  CHECK(contains(plain, "\033[7m"));
  CHECK(contains(plain, "reverse: wrong"));
}

}  // namespace trm
