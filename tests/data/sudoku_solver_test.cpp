#include <limits>
#include <map>
#include <string>

#include "data/tasks/sudoku/givens.h"
#include "data/tasks/sudoku/solver.h"
#include "tests/catch.h"

namespace trm::data::sudoku {
namespace {

constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

const std::string kHard =
    "8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..";

}  // namespace

TEST_CASE("a known hard puzzle is solved, and its solution is the only one", "[unit]") {
  const Box box{3, 3};
  const Board puzzle = parse_board(kHard, box);
  const Solution solution = solve(puzzle, box);
  CHECK(solution.count == 1);
  CHECK(solution.complete);
  CHECK(solution.guesses > 10);
  CHECK(to_line(solution.first) ==
        "812753649943682175675491283154237896369845721287169534521974368438526917796318452");
}

TEST_CASE("seventeen givens may be solved without a guess", "[unit]") {
  const Box box{3, 3};
  const Board puzzle = parse_board(
      "..............3.85..1.2.......5.7.....4...1...9.......5......73..2.1........4...9", box);
  const Solution solution = solve(puzzle, box);
  CHECK(solution.count == 1);
  CHECK(solution.guesses == 0);
  CHECK(to_line(solution.first) ==
        "987654321246173985351928746128537694634892157795461832519286473472319568863745219");
}

TEST_CASE("solutions are counted up to the limit", "[unit]") {
  const Box box{2, 2};
  CHECK(solve(Board(16), box, 1000).count == 288);
  CHECK(solve(Board(16), box, 5).count == 5);
  Board conflict(16);
  conflict[0] = conflict[1] = 1;
  CHECK(solve(conflict, box).count == 0);
  CHECK(solve(conflict, box).first.empty());
  // Nothing is left for the last cell of the first row.
  CHECK(solve(parse_board("123.......4....4", box), box).count == 0);
}

TEST_CASE("the first solution of an open board keeps the rules on every box", "[unit]") {
  for (const Box box : kBoxes) {
    INFO(to_string(box));
    const Solution solution = solve(Board(static_cast<size_t>(box.cells())), box);
    CHECK(solution.count == 2);
    CHECK(obeys_rules(solution.first, box));
  }
}

TEST_CASE("the number of guesses is bounded on request", "[unit]") {
  const Box box{3, 3};
  const Solver solver(box);
  const Board puzzle = parse_board(kHard, box);
  const int64_t guesses = solver.solve(puzzle, 2).guesses;
  const Solution cut = solver.solve(puzzle, 2, guesses - 1);
  CHECK_FALSE(cut.complete);
  CHECK(cut.guesses == guesses - 1);
  CHECK(solver.solve(puzzle, 2, guesses).complete);
}

TEST_CASE("another digit at a cell is found, refuted or left open", "[unit]") {
  const Box box{3, 3};
  const Solver solver(box);
  const Board puzzle = parse_board(kHard, box);
  const Board answer = solver.solve(puzzle).first;
  int open = 0;
  for (int cell = 0; cell < 81; ++cell) {
    const int digit = answer[static_cast<size_t>(cell)];
    if (puzzle[static_cast<size_t>(cell)] == 0) {
      CHECK(solver.has_other(puzzle, cell, digit, kNoLimit) == std::optional(false));
      open += !solver.has_other(puzzle, cell, digit, 1).has_value();
      continue;
    }
    // The puzzle is minimal.
    Board fewer = puzzle;
    fewer[static_cast<size_t>(cell)] = 0;
    CHECK(solver.has_other(fewer, cell, digit, kNoLimit) == std::optional(true));
  }
  CHECK(open > 0);
}

TEST_CASE("random grids keep the rules, and all come up", "[unit]") {
  for (const Box box : kBoxes) {
    const Solver solver(box);
    for (uint64_t row = 0; row < 10; ++row) {
      Stream stream(41, "solver", 0, row);
      CHECK(obeys_rules(solver.random_grid(stream), box));
    }
  }
  const Solver solver({2, 2});
  std::map<Board, int> grids;
  Stream stream(42, "solver");
  for (int i = 0; i < 20000; ++i) ++grids[solver.random_grid(stream)];
  CHECK(grids.size() == 288);
}

TEST_CASE("digging keeps a puzzle unique, down to the givens asked for", "[unit]") {
  const Box box{3, 3};
  const Solver solver(box);
  for (uint64_t row = 0; row < 20; ++row) {
    Stream stream(43, "solver", 0, row);
    const Board grid = solver.random_grid(stream);
    const Board some = dig(solver, grid, {40, kNoLimit}, stream);
    CHECK(count_givens(some) == 40);
    CHECK(solver.solve(some).first == grid);
    CHECK(solver.solve(some).count == 1);
    const Board none = dig(solver, grid, {81, kNoLimit}, stream);
    CHECK(none == grid);
    const Board minimal = dig(solver, grid, {0, kNoLimit}, stream);
    CHECK(solver.solve(minimal).count == 1);
    CHECK(count_givens(minimal) < 32);
  }
}

TEST_CASE("digging keeps a given that it cannot decide", "[unit]") {
  const Solver solver({3, 3});
  int more = 0;
  for (uint64_t row = 0; row < 20; ++row) {
    Stream stream(44, "solver", 0, row);
    const Board grid = solver.random_grid(stream);
    Stream careful = stream, bold = stream;
    const Board kept = dig(solver, grid, {0, 0}, careful);
    CHECK(solver.solve(kept).count == 1);
    more += count_givens(kept) > count_givens(dig(solver, grid, {0, kNoLimit}, bold));
  }
  CHECK(more > 0);
}

}  // namespace trm::data::sudoku
