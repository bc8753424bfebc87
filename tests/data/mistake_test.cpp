#include "data/tasks.h"
#include "data/tasks/arc/grid.h"
#include "tests/catch.h"

namespace trm::data {
namespace {

PackedInfo info_of(int64_t cells, int64_t vocabulary) {
  PackedInfo info;
  info.cells = cells;
  info.vocabulary = vocabulary;
  return info;
}

// Rows of the characters of a maze, 'o' its path, '?' padding.
std::vector<Token> maze_of(const std::string& rows) {
  std::vector<Token> tokens;
  for (const char c : rows) {
    if (c == '/') continue;
    tokens.push_back(c == '.' ? maze::kOpen : c == '?' ? 0 : maze::parse_cell(c).value());
  }
  return tokens;
}

}  // namespace

TEST_CASE("a wrong board breaks givens, repeats a digit, is not full or is another solution",
          "[unit]") {
  const Sudoku task({}, info_of(16, 6));
  const auto input = task.parse("1.3.  3412 2.4. 4321");
  const auto label = task.parse("1234 3412 2143 4321");
  const auto of = [&](const std::string& answer) {
    return task.mistake(input, label, task.parse(answer));
  };
  CHECK(of("4234 3412 2143 4321") == "givens broken");
  CHECK(of("1.34 3412 2143 432.") == "givens broken");
  CHECK(of("1232 3412 2143 4321") == "rule broken");
  CHECK(of("1234 3412 2144 4321") == "rule broken");
  CHECK(of("1.34 3412 2144 4321") == "rule broken");
  CHECK(of("1234 3412 2.43 4321") == "empty cells");
  CHECK(of("1432 3412 2143 4321") == "rule broken");
  auto padded = label;
  padded[1] = 0;
  CHECK(task.mistake(input, label, padded) == "empty cells");
  const auto open = task.parse("1... .... .... ....");
  CHECK(task.mistake(open, label, task.parse("1243 3412 2134 4321")) == "another answer");
  CHECK(task.mistake(open, label, task.parse("1324 2413 3142 4231")) == "another answer");
  CHECK(task.keeps(2));
  CHECK_FALSE(task.keeps(1));
  CHECK_FALSE(task.keeps(0));
}

TEST_CASE("a wrong maze is changed, its path broken, longer or another one", "[unit]") {
  const Maze task({}, info_of(16, maze::kVocabulary));
  const auto input = maze_of("S.../..../..../#..G");
  const auto label = maze_of("So../.o../.oo./#.oG");
  const auto of = [&](const std::string& answer) {
    return task.mistake(input, label, maze_of(answer));
  };
  CHECK(of("So../.o../.oo./..oG") == "maze changed");
  CHECK(of("So../.o../.oo./ooG#") == "maze changed");
  CHECK(of("So../.o../.o?./#.oG") == "maze changed");
  CHECK(of("So../.o../..o./#.oG") == "path broken");
  CHECK(of("S.../..../..../#..G") == "path broken");
  CHECK(of("Sooo/...o/...o/#..G") == "another answer");
  const auto open = maze_of("S.../.##./..#./...G");
  CHECK(task.mistake(open, maze_of("Sooo/.##o/..#o/...G"), maze_of("S.../o##./o.#./oooG")) ==
        "another answer");
  const auto wide = maze_of("SG../..../..../....");
  CHECK(task.mistake(wide, wide, maze_of("SGo./o.o./ooo./....")) == "path broken");
  const auto detour = maze_of("S.G./.#../..../....");
  CHECK(task.mistake(detour, maze_of("SoG./.#../..../...."), maze_of("S.G./o#o./ooo./....")) ==
        "path longer");
  CHECK(task.keeps(maze::kWall));
  CHECK(task.keeps(maze::kGoal));
  CHECK_FALSE(task.keeps(maze::kOpen));
}

TEST_CASE("a wrong grid is none, of another size or of other colours, wherever it lies", "[unit]") {
  const Arc task({}, info_of(25, arc::kVocabulary));
  const auto canvas = [](const arc::Grid& grid, int64_t row, int64_t column) {
    std::vector<uint8_t> tokens(25);
    arc::place(grid, row, column, tokens);
    return widened(tokens);
  };
  const arc::Grid right{2, 2, {1, 2, 3, 4}}, wide{2, 3, {1, 2, 0, 3, 4, 0}},
      red{2, 2, {1, 2, 3, 2}};
  for (const int64_t at : {0, 1}) {
    const auto label = canvas(right, at, at);
    const auto of = [&](const std::vector<Token>& answer) {
      return task.mistake(label, label, answer);
    };
    CHECK(of(std::vector<Token>(25)) == "no grid");
    CHECK(of(canvas(wide, at, at)) == "wrong size");
    CHECK(of(canvas(red, at, at)) == "wrong colours");
    auto beside = label;
    beside[24] = 5;
    CHECK(of(beside) == "another answer");
    // What counts of it is the grid.
    CHECK(task.shown(label, beside) == label);
    CHECK(task.shown(label, canvas(wide, at, at)) == canvas(wide, at, at));
    CHECK(task.shown(label, std::vector<Token>(25)) == std::vector<Token>(25));
  }
}

TEST_CASE("of tokens without rules a wrong answer is another one", "[unit]") {
  const TokenGrid task({}, info_of(3, 9));
  const std::vector<Token> input = {1, 2, 3}, answer = {1, 2, 4};
  CHECK(task.mistake(input, input, answer) == "another answer");
  CHECK(task.shown(input, answer) == answer);
  CHECK_FALSE(task.keeps(1));
}

}  // namespace trm::data
