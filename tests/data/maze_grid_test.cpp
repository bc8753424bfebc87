#include <string>
#include <vector>

#include "data/tasks/maze/grid.h"
#include "tests/catch.h"

namespace trm::data::maze {
namespace {

const Grid kMaze = {kStart, kWall, kOpen, kOpen, kOpen, kOpen, kWall, kOpen, kGoal};

}  // namespace

TEST_CASE("a maze is read from lines, from one line, and from a drawing", "[unit]") {
  for (const std::string text : {"S# \n   \n# G\n", "S#.\r\n...\r\n#.G", "S#    # G", "S#....#.G\n",
                                 "\nS#.\n...\n#.G\n\n", "+---+\n|S# |\n|   |\n|# G|\n+---+\n"}) {
    INFO(text);
    CHECK(parse_grid(text, 3) == kMaze);
  }
  CHECK(to_line(kMaze) == "S#....#.G");
  CHECK(parse_grid(to_line(kMaze), 3) == kMaze);
  CHECK(parse_grid(draw(kMaze), 3) == kMaze);
}

TEST_CASE("a text that is no maze is an error that says where", "[unit]") {
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"", "maze: 0 lines; write 3, or all 9 cells in one"},
      {"S#.\n#.G\n", "maze: 2 lines; write 3"},
      {"S#....#.", "maze: line 1 has 8 cells where it should have 9; an open cell is . or a space"},
      {"S#.\n..\n#.G", "maze: line 2 has 2 cells where it should have 3"},
      {"S#.\n...\n#xG", "maze: 'x' at row 3, column 2; use # for a wall"},
      {"S#.\no..\n#.G", "maze: 'o' at row 2, column 1; use #"},
      {"S#.\n\t..\n#.G", "maze: byte 0x09 at row 2, column 1; use #"},
      {"S#.\n...\n#..", "maze: no G; it has one S and one G"},
      {"..#...#.G", "maze: no S; it has"},
      {"S#.\n..S\n#.G", "maze: a second S at row 2, column 3; it has"},
      {"SG.\n...\n#.G", "maze: a second G at row 3, column 3; it has"},
  };
  for (const auto& [text, message] : faults) {
    INFO(text);
    CHECK(error_of([&, &text = text] { parse_grid(text, 3); }).starts_with(message));
  }
}

TEST_CASE("a drawing sets off what is marked and shows padding", "[unit]") {
  CHECK(draw(kMaze) == "+---+\n|S# |\n|   |\n|# G|\n+---+\n");
  const Grid answer = {kStart, kPath, kPadding, kGoal};
  const bool marked[] = {false, true, false, true};
  CHECK(draw(answer, {marked, "<", ">"}) == "+--+\n|S<o>|\n|?<G>|\n+--+\n");
  CHECK(to_line(answer) == "So?G");
}

TEST_CASE("mazes are squares of 2 to 64 cells a side", "[unit]") {
  CHECK(side_of(4) == 2);
  CHECK(side_of(900) == 30);
  CHECK(side_of(64 * 64) == 64);
  for (const size_t cells : {0, 1, 2, 5, 899, 65 * 65}) CHECK_FALSE(side_of(cells));
}

TEST_CASE("neighbours come below, left, right, above", "[unit]") {
  const auto neighbours = [](size_t cell) {
    std::vector<size_t> found;
    for_each_neighbour(cell, 3, [&](size_t other) { found.push_back(other); });
    return found;
  };
  CHECK(neighbours(4) == std::vector<size_t>{7, 3, 5, 1});
  CHECK(neighbours(0) == std::vector<size_t>{3, 1});
  CHECK(neighbours(2) == std::vector<size_t>{5, 1});
  CHECK(neighbours(8) == std::vector<size_t>{7, 5});
}

}  // namespace trm::data::maze
