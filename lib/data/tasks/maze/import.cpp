#include "data/tasks/maze/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/error.h"
#include "data/puzzle_csv.h"
#include "data/tasks/maze/path.h"

namespace trm::data::maze {
namespace {

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

Puzzle read_row(const PuzzleCsv::Row& row) {
  const auto& where = row.where;
  const auto fail_if = [&](const std::string& name, const std::optional<std::string>& fault) {
    if (fault)
      throw Error(fmt::format("{}: {}: {}; mend or leave out the row", where, name, *fault));
  };
  Puzzle puzzle;
  puzzle.source = row.source();
  puzzle.question = read_board(row.question(), where + ": question");
  if (row.answer().size() != row.question().size()) {
    throw Error(
        fmt::format("{}: answer: {} cells where the question has {}; mend or leave out the row",
                    where, row.answer().size(), row.question().size()));
  }
  puzzle.answer = read_board(row.answer(), where + ": answer");
  puzzle.rating = row.rating();
  fail_if("question", fault_of_question(puzzle.question));
  fail_if("answer", fault_of_answer(puzzle.question, puzzle.answer));
  return puzzle;
}

}  // namespace

Grid read_board(const std::string& text, const std::string& where) {
  const auto side = side_of(text.size());
  if (!side) {
    throw Error(fmt::format("{}: {} cells; a maze is a square of {} to {} cells a side", where,
                            text.size(), kLeastSide, kMostSide));
  }
  Grid grid;
  grid.reserve(text.size());
  for (const char c : text) {
    const auto token = parse_cell(c);
    if (!token) {
      throw Error(
          fmt::format("{}: {} at {}; use # for a wall, a space for an open cell, S, G, and o "
                      "for the path",
                      where, shown(c), place(grid.size(), *side)));
    }
    grid.push_back(*token);
  }
  return grid;
}

std::vector<Puzzle> read_csv(const fs::path& path, Progress& progress) {
  PuzzleCsv csv(path);
  std::vector<Puzzle> puzzles;
  int64_t first_line = 0;
  while (const auto row = csv.next()) {
    row->check_columns();
    if (puzzles.empty()) first_line = row->line;
    if (!puzzles.empty() && row->question().size() != puzzles.front().question.size()) {
      throw Error(fmt::format(
          "{}: question: {} cells where line {} has {}; all mazes of a file have one size",
          row->where, row->question().size(), first_line, puzzles.front().question.size()));
    }
    puzzles.push_back(read_row(*row));
    progress.update(static_cast<int64_t>(puzzles.size()));
  }
  if (puzzles.empty()) throw Error(path.string() + ": no mazes; the file ends after its header");
  return puzzles;
}

}  // namespace trm::data::maze
