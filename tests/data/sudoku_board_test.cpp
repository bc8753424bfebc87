#include <algorithm>
#include <array>
#include <string>

#include "data/tasks/sudoku/board.h"
#include "tests/catch.h"

namespace trm::data::sudoku {

TEST_CASE("boxes are known by name", "[unit]") {
  for (const Box box : kBoxes) CHECK(parse_box(to_string(box)) == box);
  CHECK(error_of([] { parse_box("3x2"); }) == "box: no '3x2'; known: 2x2, 2x3, 3x3, 4x4");
  const Box box = parse_box("2x3");
  CHECK(box.side() == 6);
  CHECK(box.cells() == 36);
  CHECK(box.bands() == 3);
  CHECK(box.stacks() == 2);
  CHECK(box.block_of(0, 2) == 0);
  CHECK(box.block_of(1, 3) == 1);
  CHECK(box.block_of(5, 5) == 5);
}

TEST_CASE("a board is read from lines and drawings, and written back", "[unit]") {
  const Box box{2, 2};
  const Board board = parse_board("1...\n34..|..0.+-4...", box);
  CHECK(to_line(board) == "1...34......4...");
  CHECK(parse_board(draw(board, box), box) == board);
  Board large;
  for (int digit = 0; digit < 256; ++digit) large.push_back(static_cast<uint8_t>(digit % 17));
  const std::string line = to_line(large);
  CHECK(line.starts_with(".123456789ABCDEFG."));
  CHECK(parse_board(line, {4, 4}) == large);
  std::string small = line;
  for (char& c : small) c = c >= 'A' ? static_cast<char>(c - 'A' + 'a') : c;
  CHECK(parse_board(small, {4, 4}) == large);
}

TEST_CASE("a text that is no board is an error", "[unit]") {
  const Box box{2, 2};
  CHECK(error_of([&] { parse_board("123456", box); }) ==
        "board: '5' at position 5 is no cell of a 2x2 board; use . or 0 for empty and 1 to 4");
  CHECK(contains(error_of([&] { parse_board("1\x01", box); }), "byte 0x01 at position 2"));
  CHECK(error_of([&] { parse_board("1234", box); }) ==
        "board: 4 cells where a 2x2 board has 16; check the text or the box");
  CHECK(contains(error_of([&] { parse_board(std::string(17, '.'), box); }), "17 cells"));
}

TEST_CASE("a symbol is a cell only where the board has its digit", "[unit]") {
  CHECK(parse_cell('0', {2, 2}) == 0);
  CHECK(parse_cell('.', {4, 4}) == 0);
  CHECK(parse_cell('4', {2, 2}) == 4);
  CHECK_FALSE(parse_cell('5', {2, 2}));
  CHECK(parse_cell('g', {4, 4}) == 16);
  CHECK_FALSE(parse_cell('A', {3, 3}));
  CHECK_FALSE(parse_cell('H', {4, 4}));
  CHECK_FALSE(parse_cell('-', {4, 4}));
}

TEST_CASE("an answer is scored by its givens and by the rules", "[unit]") {
  const Box box{2, 2};
  const Board answer = parse_board("1234341221434321", box);
  CHECK(obeys_rules(answer, box));
  Board puzzle = answer;
  puzzle[5] = 0;
  CHECK(keeps_givens(puzzle, answer));
  CHECK_FALSE(obeys_rules(puzzle, box));
  CHECK_FALSE(keeps_givens(answer, puzzle));
  CHECK_FALSE(keeps_givens(Board(15), answer));
  // A swap within a row breaks columns, of two rows in different bands only blocks.
  Board swapped = answer;
  std::swap(swapped[0], swapped[1]);
  CHECK_FALSE(obeys_rules(swapped, box));
  Board rows = answer;
  std::swap_ranges(rows.begin() + 4, rows.begin() + 8, rows.begin() + 8);
  CHECK_FALSE(obeys_rules(rows, box));
  Board beyond = answer;
  beyond[0] = 5;
  CHECK_FALSE(obeys_rules(beyond, box));
  CHECK_FALSE(obeys_rules(answer, {3, 3}));
}

TEST_CASE("a drawing sets marked cells off", "[unit]") {
  const Box box{2, 2};
  std::array<bool, 16> marked{};
  marked[1] = true;
  const std::string text = draw(parse_board("1234341221434321", box), box,
                                {.cells = marked, .before = "<", .after = ">"});
  CHECK(text.starts_with("+-----+-----+\n| 1 <2> | 3 4 |\n| 3 4 | 1 2 |\n+"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 7);
}

}  // namespace trm::data::sudoku
