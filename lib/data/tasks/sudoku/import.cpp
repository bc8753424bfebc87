#include "data/tasks/sudoku/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/error.h"
#include "data/fault_list.h"
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

bool is_board(std::string_view text) {
  const auto box = box_of_cells(text.size());
  return box && std::ranges::all_of(text, [&](char c) { return parse_cell(c, *box).has_value(); });
}

std::string cell_name(size_t cell, Box box) {
  const auto side = static_cast<size_t>(box.side());
  return fmt::format("row {}, column {}", cell / side + 1, cell % side + 1);
}

Board read_board(const Row& row, std::string_view name, const std::string& text,
                 const Shape& shape) {
  const auto cells = static_cast<size_t>(shape.box.cells());
  if (text.size() != cells) {
    throw Fault("size", fmt::format("{}: {}: {} cells where line {} has {}; all boards of a file "
                                    "have one size",
                                    row.where, name, text.size(), shape.line, cells));
  }
  Board board;
  board.reserve(cells);
  for (size_t cell = 0; cell < cells; ++cell) {
    const auto digit = parse_cell(text[cell], shape.box);
    if (!digit) {
      throw Fault("digit", fmt::format("{}: {}: {} at {}; use . or 0 for empty and 1 to {}",
                                       row.where, name, shown(text[cell]),
                                       cell_name(cell, shape.box), symbol(shape.box.side())));
    }
    board.push_back(*digit);
  }
  return board;
}

[[noreturn]] void fail(const Row& row, const char* kind, const std::string& what) {
  throw Fault(kind, fmt::format("{}: {}; mend or leave out the row", row.where, what));
}

// Of an answer that is none.
[[noreturn]] void fail_answer(const Row& row, const Puzzle& puzzle, Box box) {
  for (size_t cell = 0; cell < puzzle.answer.size(); ++cell) {
    const uint8_t given = puzzle.question[cell], digit = puzzle.answer[cell];
    const auto place = cell_name(cell, box);
    if (digit == 0) fail(row, "answer", "answer: empty at " + place);
    if (given == 0 || given == digit) continue;
    fail(row, "answer",
         fmt::format("answer: {} where {} is given, at {}", symbol(digit), symbol(given), place));
  }
  fail(row, "answer", "answer: a row, column or block has a digit twice");
}

// A right answer needs no search. The question comes first: an answer cannot be right when there is
// none.
void solve_row(const Row& row, Puzzle& puzzle, const Solver& solver) {
  // Keeps a large board with hardly any givens from holding up the import for ever.
  constexpr int64_t kMaxGuesses = 10'000'000;
  const bool answered = !puzzle.answer.empty();
  if (answered && keeps_givens(puzzle.question, puzzle.answer) &&
      obeys_rules(puzzle.answer, solver.box())) {
    return;
  }
  const Solution solution = solver.solve(puzzle.question, answered ? 1 : 2, kMaxGuesses);
  if (solution.complete && solution.count == 0) fail(row, "unsolvable", "question: no solution");
  if (answered) fail_answer(row, puzzle, solver.box());
  if (solution.count > 1)
    fail(row, "ambiguous", "question: several solutions, and no answer that says which");
  if (!solution.complete)
    fail(row, "undecided", fmt::format("question: not decided within {} guesses", kMaxGuesses));
  puzzle.answer = solution.first;
}

Puzzle read_row(const Row& row, const Shape& shape, const Solver& solver) {
  row.check_columns();
  Puzzle puzzle;
  puzzle.source = row.source();
  puzzle.question = read_board(row, "question", row.question(), shape);
  if (const auto answer = row.answer()) puzzle.answer = read_board(row, "answer", *answer, shape);
  puzzle.rating = row.rating();
  solve_row(row, puzzle, solver);
  return puzzle;
}

Shape shape_of(const Row& row) {
  row.check_columns();
  const size_t cells = row.question().size();
  if (const auto box = box_of_cells(cells)) return {*box, row.line};
  throw Error(
      fmt::format("{}: question: {} cells; boards have 16, 36, 81 or 256", row.where, cells));
}

// Reads rows on all processors, and remembers in their order what is wrong with them.
class Import {
 public:
  explicit Import(const Row& first) : shape_(shape_of(first)), solver_(shape_.box) {}

  void add(const std::vector<Row>& rows, Progress& progress) {
    const size_t before = puzzles_.size();
    std::vector<std::optional<Fault>> faults(rows.size());
    puzzles_.resize(before + rows.size());
    in_parallel(
        static_cast<int64_t>(rows.size()), 0,
        [&](int64_t i) {
          const auto row = static_cast<size_t>(i);
          try {
            puzzles_[before + row] = read_row(rows[row], shape_, solver_);
          } catch (const Fault& fault) {
            faults[row] = fault;
          }
        },
        [&](int64_t done) { progress.update(static_cast<int64_t>(before) + done); });
    for (size_t i = 0; i < rows.size(); ++i) {
      if (faults[i]) faults_.add(*faults[i], std::to_string(rows[i].line));
    }
  }

  std::vector<Puzzle> take() {
    faults_.check();
    return std::move(puzzles_);
  }

 private:
  Shape shape_;
  Solver solver_;
  std::vector<Puzzle> puzzles_;
  FaultList faults_{"row", "line"};
};

}  // namespace

Imported read_csv(const fs::path& path, Progress& progress) {
  constexpr size_t kBatch = 8192, kBatchBytes = 1 << 26;
  PuzzleCsv csv(path, {is_board, format::CsvReader::Comments::kHash});
  std::optional<Import> import;
  std::vector<Row> batch;
  size_t bytes = 0;
  const auto read_batch = [&] {
    if (!import) import.emplace(batch.front());
    import->add(batch, progress);
    batch.clear();
    bytes = 0;
  };
  while (auto row = csv.next()) {
    bytes += row->bytes();
    batch.push_back(std::move(*row));
    if (batch.size() == kBatch || bytes >= kBatchBytes) read_batch();
  }
  if (!batch.empty()) read_batch();
  if (!import) throw Error(path.string() + ": no puzzles; the file ends after its header");
  Imported imported{import->take(), 0};
  if (!csv.columns().answer) imported.solved = static_cast<int64_t>(imported.puzzles.size());
  return imported;
}

}  // namespace trm::data::sudoku
