#include "data/tasks/sudoku/import.h"

#include <fmt/format.h>

#include <optional>

#include "core/error.h"
#include "data/parallel.h"
#include "data/puzzle_csv.h"
#include "data/tasks/sudoku/solver.h"

namespace trm::data::sudoku {
namespace {

using Row = PuzzleCsv::Row;

// The box of the first row, which all others share.
struct Shape {
  Box box;
  int64_t line;
};

std::string cell_name(size_t cell, Box box) {
  const auto side = static_cast<size_t>(box.side());
  return fmt::format("row {}, column {}", cell / side + 1, cell % side + 1);
}

Board read_board(const Row& row, std::string_view name, const std::string& text,
                 const Shape& shape) {
  const auto cells = static_cast<size_t>(shape.box.cells());
  if (text.size() != cells) {
    throw Error(
        fmt::format("{}: {}: {} cells where line {} has {}; all boards of a file have one size",
                    row.where, name, text.size(), shape.line, cells));
  }
  Board board;
  board.reserve(cells);
  for (size_t cell = 0; cell < cells; ++cell) {
    const auto digit = parse_cell(text[cell], shape.box);
    if (!digit) {
      throw Error(fmt::format("{}: {}: {} at {}; use . or 0 for empty and 1 to {}", row.where, name,
                              shown(text[cell]), cell_name(cell, shape.box),
                              symbol(shape.box.side())));
    }
    board.push_back(*digit);
  }
  return board;
}

// The question comes first: an answer cannot be right when there is none or more than one.
void check_answer(const Row& row, const Puzzle& puzzle, const Solver& solver) {
  // Keeps a large board with hardly any givens from holding up the import for ever.
  constexpr int64_t kMaxGuesses = 10'000'000;
  const Solution solution = solver.solve(puzzle.question, 2, kMaxGuesses);
  const auto fail = [&](std::string_view what) {
    throw Error(fmt::format("{}: {}; mend or leave out the row", row.where, what));
  };
  if (solution.count > 1) fail("question: several solutions");
  if (!solution.complete) fail(fmt::format("question: not decided within {} guesses", kMaxGuesses));
  if (solution.count == 0) fail("question: no solution");
  for (size_t cell = 0; cell < puzzle.answer.size(); ++cell) {
    const uint8_t given = puzzle.question[cell], digit = puzzle.answer[cell];
    if (digit == 0) fail("answer: empty at " + cell_name(cell, solver.box()));
    if (given != 0 && given != digit) {
      fail(fmt::format("answer: {} where {} is given, at {}", symbol(digit), symbol(given),
                       cell_name(cell, solver.box())));
    }
  }
  if (puzzle.answer != solution.first) fail("answer: a row, column or block has a digit twice");
}

Puzzle read_row(const Row& row, const Shape& shape, const Solver& solver) {
  row.check_columns();
  Puzzle puzzle;
  puzzle.source = row.source();
  puzzle.question = read_board(row, "question", row.question(), shape);
  puzzle.answer = read_board(row, "answer", row.answer(), shape);
  puzzle.rating = row.rating();
  check_answer(row, puzzle, solver);
  return puzzle;
}

Shape shape_of(const Row& row) {
  row.check_columns();
  const size_t cells = row.question().size();
  if (const auto box = box_of_cells(cells)) return {*box, row.line};
  throw Error(
      fmt::format("{}: question: {} cells; boards have 16, 36, 81 or 256", row.where, cells));
}

}  // namespace

std::vector<Puzzle> read_csv(const fs::path& path, Progress& progress) {
  constexpr size_t kBatch = 8192;
  PuzzleCsv csv(path);
  std::vector<Puzzle> puzzles;
  std::optional<Shape> shape;
  std::optional<Solver> solver;
  std::vector<Row> batch;
  const auto read_batch = [&] {
    const size_t before = puzzles.size();
    puzzles.resize(before + batch.size());
    in_parallel(
        static_cast<int64_t>(batch.size()), 0,
        [&](int64_t i) {
          const auto row = static_cast<size_t>(i);
          puzzles[before + row] = read_row(batch[row], *shape, *solver);
        },
        [&](int64_t done) { progress.update(static_cast<int64_t>(before) + done); });
    batch.clear();
  };
  while (auto row = csv.next()) {
    batch.push_back(std::move(*row));
    if (!shape) {
      shape = shape_of(batch.front());
      solver.emplace(shape->box);
    }
    if (batch.size() == kBatch) read_batch();
  }
  if (!batch.empty()) read_batch();
  if (puzzles.empty()) throw Error(path.string() + ": no puzzles; the file ends after its header");
  return puzzles;
}

}  // namespace trm::data::sudoku
