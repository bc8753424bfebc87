#include "data/tasks/maze/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/error.h"
#include "data/fault_list.h"
#include "data/puzzle_csv.h"
#include "data/tasks/maze/path.h"

namespace trm::data::maze {
namespace {

bool is_board(std::string_view text) {
  return side_of(text.size()) &&
         std::ranges::all_of(text, [](char c) { return parse_cell(c).has_value(); });
}

std::optional<std::string> fault_of_question(const Grid& question) {
  const auto path = std::find(question.begin(), question.end(), kPath);
  if (path == question.end()) return fault_of_ends(question);
  return "'o' at " +
         place(static_cast<size_t>(path - question.begin()), side_of(question.size()).value());
}

// The marked cells hang together when a walk from S over them alone reaches each of them.
std::optional<std::string> fault_of_path(const Grid& answer) {
  const size_t side = side_of(answer.size()).value();
  Grid marked = answer;
  std::ranges::replace(marked, kOpen, kWall);
  const auto cell_of = [](const auto& list, auto found) {
    return static_cast<size_t>(found - list.begin());
  };
  const auto start = cell_of(answer, std::ranges::find(answer, kStart));
  const auto goal = cell_of(answer, std::ranges::find(answer, kGoal));
  const auto steps = steps_from(marked, start);
  if (steps[goal] < 0) {
    const auto last = cell_of(steps, std::ranges::max_element(steps));
    return fmt::format("the path from S ends at {} without reaching G", place(last, side));
  }
  for (size_t cell = 0; cell < answer.size(); ++cell) {
    if (answer[cell] == kPath && steps[cell] < 0) {
      return fmt::format("the 'o' at {} does not hang together with the path", place(cell, side));
    }
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_answer(const Grid& question, const Grid& answer) {
  for (size_t cell = 0; cell < question.size(); ++cell) {
    const uint8_t before = question[cell], after = answer[cell];
    if (before == after || (before == kOpen && after == kPath)) continue;
    return fmt::format("'{}' where the question has '{}', at {}", symbol(after), symbol(before),
                       place(cell, side_of(question.size()).value()));
  }
  return fault_of_path(answer);
}

// Rows of one file, whose mazes are all as large as the first.
class RowReader {
 public:
  explicit RowReader(const Symbols& symbols) : symbols_(symbols) {}

  Puzzle read(const PuzzleCsv::Row& row) {
    row.check_columns();
    Puzzle puzzle;
    puzzle.source = row.source();
    puzzle.rating = row.rating();
    puzzle.question = read_question(row);
    if (const auto answer = row.answer()) {
      puzzle.answer = read_answer(row, puzzle.question, *answer);
      return puzzle;
    }
    if (shortest_path(puzzle.question).empty()) fail(row, "question", "no path from S to G");
    puzzle.answer = solved(puzzle.question);
    return puzzle;
  }

 private:
  [[noreturn]] static void fail(const PuzzleCsv::Row& row, const std::string& name,
                                const std::string& fault) {
    throw Fault(name, fmt::format("{}: {}: {}; mend or leave out the row", row.where, name, fault));
  }

  Grid read_question(const PuzzleCsv::Row& row) {
    const auto text = symbols_.translate(row.question());
    if (cells_ != 0 && text.size() != cells_) {
      throw Fault("size", fmt::format("{}: question: {} cells where line {} has {}; all mazes of a "
                                      "file have one size",
                                      row.where, text.size(), first_line_, cells_));
    }
    auto question = read_board(text, row.where + ": question");
    if (cells_ == 0) {
      cells_ = text.size();
      first_line_ = row.line;
    }
    if (const auto fault = fault_of_question(question)) fail(row, "question", *fault);
    return question;
  }

  Grid read_answer(const PuzzleCsv::Row& row, const Grid& question, const std::string& answer) {
    const auto text = symbols_.translate(answer);
    if (text.size() != question.size()) {
      fail(row, "answer",
           fmt::format("{} cells where the question has {}", text.size(), question.size()));
    }
    auto grid = read_board(text, row.where + ": answer");
    if (const auto fault = fault_of_answer(question, grid)) fail(row, "answer", *fault);
    return grid;
  }

  const Symbols& symbols_;
  size_t cells_ = 0;
  int64_t first_line_ = 0;
};

}  // namespace

Grid read_board(const std::string& text, const std::string& where) {
  const auto side = side_of(text.size());
  if (!side) {
    const bool plain = std::ranges::all_of(text, [](char c) { return c >= 0; });
    throw Fault("square",
                fmt::format("{}: {} cells; a maze is a square of {} to {} cells a side{}", where,
                            text.size(), kLeastSide, kMostSide,
                            plain ? "" : "; say with --symbols what other characters are"));
  }
  Grid grid;
  grid.reserve(text.size());
  for (const char c : text) {
    const auto token = parse_cell(c);
    if (!token) {
      throw Fault("symbol",
                  fmt::format("{}: {} at {}; use # for a wall, a space for an open cell, S, G, and "
                              "o for the path, or say with --symbols what others stand for",
                              where, shown(c), place(grid.size(), *side)));
    }
    grid.push_back(*token);
  }
  return grid;
}

Imported read_csv(const fs::path& path, const Symbols& symbols, Progress& progress) {
  const auto is_maze = [&](std::string_view text) { return is_board(symbols.translate(text)); };
  PuzzleCsv csv(path, {is_maze, format::CsvReader::Comments::kNone});
  RowReader reader(symbols);
  Imported imported;
  FaultList faults("row", "line");
  int64_t rows = 0;
  while (const auto row = csv.next()) {
    try {
      imported.puzzles.push_back(reader.read(*row));
    } catch (const Fault& fault) {
      faults.add(fault, std::to_string(row->line));
    }
    progress.update(++rows);
  }
  faults.check();
  if (rows == 0) throw Error(path.string() + ": no mazes; the file ends after its header");
  if (!csv.columns().answer) imported.solved = rows;
  return imported;
}

}  // namespace trm::data::maze
