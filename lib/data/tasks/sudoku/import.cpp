#include "data/tasks/sudoku/import.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "core/error.h"
#include "data/parallel.h"
#include "data/tasks/sudoku/solver.h"
#include "format/csv.h"

namespace trm::data::sudoku {
namespace {

using Fields = std::vector<std::string>;

struct Row {
  std::string where;
  Fields fields;
};

// The box of the first row, which all others share.
struct Shape {
  Box box;
  int64_t line;
};

std::string cell_name(size_t cell, Box box) {
  const auto side = static_cast<size_t>(box.side());
  return fmt::format("row {}, column {}", cell / side + 1, cell % side + 1);
}

void check_columns(const Row& row) {
  if (row.fields.size() == 4) return;
  throw Error(fmt::format("{}: {} columns; a row is source,question,answer,rating", row.where,
                          row.fields.size()));
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

int64_t read_rating(const Row& row, const std::string& text) {
  int32_t rating = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, code] = std::from_chars(text.data(), end, rating);
  if (code != std::errc() || stopped != end || rating < 0) {
    throw Error(fmt::format(
        "{}: rating: '{}' is no whole number from 0 to 2147483647; mend the row", row.where, text));
  }
  return rating;
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
  check_columns(row);
  Puzzle puzzle;
  puzzle.source = row.fields[0];
  puzzle.question = read_board(row, "question", row.fields[1], shape);
  puzzle.answer = read_board(row, "answer", row.fields[2], shape);
  puzzle.rating = read_rating(row, row.fields[3]);
  check_answer(row, puzzle, solver);
  return puzzle;
}

Shape shape_of(const Row& row, int64_t line) {
  check_columns(row);
  const size_t cells = row.fields[1].size();
  if (const auto box = box_of_cells(cells)) return {*box, line};
  throw Error(
      fmt::format("{}: question: {} cells; boards have 16, 36, 81 or 256", row.where, cells));
}

}  // namespace

std::vector<Puzzle> read_csv(const fs::path& path, Progress& progress) {
  constexpr size_t kBatch = 8192;
  format::CsvReader reader(path);
  const Fields header = {"source", "question", "answer", "rating"};
  if (reader.next() != header) {
    throw Error(path.string() +
                ": line 1: no header; the first line is source,question,answer,rating");
  }
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
  while (auto fields = reader.next()) {
    batch.push_back({reader.where(), std::move(*fields)});
    if (!shape) {
      shape = shape_of(batch.front(), reader.line());
      solver.emplace(shape->box);
    }
    if (batch.size() == kBatch) read_batch();
  }
  if (!batch.empty()) read_batch();
  if (puzzles.empty()) throw Error(path.string() + ": no puzzles; the file ends after its header");
  return puzzles;
}

}  // namespace trm::data::sudoku
