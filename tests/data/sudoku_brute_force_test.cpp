#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "data/tasks/sudoku/generate.h"
#include "data/tasks/sudoku/givens.h"
#include "data/tasks/sudoku/grid_class.h"
#include "tests/catch.h"

namespace trm::data::sudoku {
namespace {

using Range = std::pair<int, int>;

Generated made(const GenerateRequest& request) {
  Progress silent = Progress::silent();
  return generate(request, silent);
}

// What follows is for 4x4 boards and knows nothing of the library's solver, boxes or symmetries.

bool fits(const Board& board, size_t cell, uint8_t digit) {
  for (size_t other = 0; other < 16; ++other) {
    const bool meets = other / 4 == cell / 4 || other % 4 == cell % 4 ||
                       (other / 8 == cell / 8 && other % 4 / 2 == cell % 4 / 2);
    if (meets && other != cell && board[other] == digit) return false;
  }
  return true;
}

void backtrack(Board& board, size_t cell, std::vector<Board>& solutions) {
  if (cell == 16) {
    solutions.push_back(board);
  } else if (board[cell] != 0) {
    if (fits(board, cell, board[cell])) backtrack(board, cell + 1, solutions);
  } else {
    for (uint8_t digit = 1; digit <= 4; ++digit) {
      if (!fits(board, cell, digit)) continue;
      board[cell] = digit;
      backtrack(board, cell + 1, solutions);
      board[cell] = 0;
    }
  }
}

std::vector<Board> solutions_of(Board board) {
  std::vector<Board> solutions;
  backtrack(board, 0, solutions);
  return solutions;
}

// The least image over all 2 * 8 * 8 orders of lines; every digit is named as it comes.
Board form_of(const Board& grid) {
  std::vector<std::vector<size_t>> orders;
  std::vector<size_t> order = {0, 1, 2, 3};
  do {
    if (order[0] / 2 == order[1] / 2) orders.push_back(order);
  } while (std::next_permutation(order.begin(), order.end()));
  REQUIRE(orders.size() == 8);
  Board best;
  for (const bool transposed : {false, true}) {
    for (const auto& rows : orders) {
      for (const auto& columns : orders) {
        std::map<uint8_t, uint8_t> names;
        Board image;
        for (size_t cell = 0; cell < 16; ++cell) {
          const size_t row = rows[cell / 4], column = columns[cell % 4];
          const uint8_t digit = transposed ? grid[column * 4 + row] : grid[row * 4 + column];
          image.push_back(names.try_emplace(digit, names.size() + 1).first->second);
        }
        if (best.empty() || image < best) best = image;
      }
    }
  }
  return best;
}

// Whether the puzzle has one solution, the answer.
void check_unique(const Puzzle& puzzle) {
  const auto solutions = solutions_of(puzzle.question);
  REQUIRE(solutions.size() == 1);
  REQUIRE(solutions[0] == puzzle.answer);
}

void check_minimal(const Puzzle& puzzle) {
  for (size_t cell = 0; cell < 16; ++cell) {
    if (puzzle.question[cell] == 0) continue;
    Board fewer = puzzle.question;
    fewer[cell] = 0;
    REQUIRE(solutions_of(fewer).size() > 1);
  }
}

}  // namespace

TEST_CASE("brute force agrees with generated 4x4 puzzles", "[unit]") {
  for (const uint64_t seed : {1, 2, 3}) {
    for (const std::optional<Range>& givens :
         {std::optional<Range>(), std::optional(Range{4, 9})}) {
      const Generated both = made({.box = {2, 2},
                                   .train = 300,
                                   .test = 200,
                                   .givens = givens,
                                   .minimal = !givens,
                                   .seed = seed});
      REQUIRE(both.train.size() == 300);
      REQUIRE(both.test.size() == 200);
      std::set<Board> forms[2];
      for (const bool test : {false, true}) {
        std::set<Board> questions;
        for (const Puzzle& puzzle : test ? both.test : both.train) {
          check_unique(puzzle);
          if (!givens) check_minimal(puzzle);
          CHECK(puzzle.source == "generated");
          questions.insert(puzzle.question);
          forms[test].insert(form_of(puzzle.answer));
        }
        CHECK(questions.size() == (test ? 200 : 300));
      }
      CHECK(forms[0].size() == 1);
      CHECK(forms[1].size() == 1);
      CHECK(forms[0] != forms[1]);
    }
  }
}

TEST_CASE("every choice of givens of a 4x4 grid is listed, as brute force finds them", "[unit]") {
  const Solver solver({2, 2});
  const Board grid = grid_classes({2, 2})[0].form;
  std::map<uint32_t, bool> listed;
  for (const GivensChoice& choice : unique_choices(solver, grid)) {
    listed[choice.cells] = choice.minimal;
  }
  // Every 37th choice of cells is enough to meet all kinds.
  int unique = 0;
  for (uint32_t cells = 0; cells < 65536; cells += 37) {
    Board question = grid;
    for (size_t cell = 0; cell < 16; ++cell) {
      if ((cells >> cell & 1) == 0) question[cell] = 0;
    }
    const bool one = solutions_of(question).size() == 1;
    REQUIRE(listed.contains(cells) == one);
    unique += one;
    if (one && listed[cells]) check_minimal({question, grid});
  }
  CHECK(unique > 100);
}

}  // namespace trm::data::sudoku
