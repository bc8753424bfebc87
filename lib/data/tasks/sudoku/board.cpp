#include "data/tasks/sudoku/board.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace trm::data::sudoku {
namespace {

constexpr std::string_view kSymbols = ".123456789ABCDEFG";

}  // namespace

Box parse_box(std::string_view name) {
  std::string known;
  for (const Box box : kBoxes) {
    if (name == to_string(box)) return box;
    known += (known.empty() ? "" : ", ") + to_string(box);
  }
  throw Error(fmt::format("box: no '{}'; known: {}", name, known));
}

std::string to_string(Box box) { return fmt::format("{}x{}", box.rows, box.columns); }

std::optional<Box> box_of_cells(size_t cells) {
  for (const Box box : kBoxes) {
    if (static_cast<size_t>(box.cells()) == cells) return box;
  }
  return std::nullopt;
}

char symbol(int digit) { return kSymbols.at(static_cast<size_t>(digit)); }

std::optional<uint8_t> parse_cell(char c, Box box) {
  if (c == '0') return uint8_t{0};
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  const size_t digit = kSymbols.find(c);
  if (digit > static_cast<size_t>(box.side())) return std::nullopt;
  return static_cast<uint8_t>(digit);
}

std::string shown(char c) {
  if (c > ' ' && c <= '~') return fmt::format("'{}'", c);
  return fmt::format("byte {:#04x}", static_cast<unsigned char>(c));
}

Board parse_board(std::string_view text, Box box) {
  constexpr std::string_view kSkipped = " \t\r\n\f\v|-+";
  const auto cells = static_cast<size_t>(box.cells());
  Board board;
  board.reserve(cells);
  size_t count = 0;  // also of cells past the last, which are not stored
  for (size_t i = 0; i < text.size(); ++i) {
    if (kSkipped.find(text[i]) != std::string_view::npos) continue;
    const auto digit = parse_cell(text[i], box);
    if (!digit) {
      throw Error(
          fmt::format("board: {} at position {} is no cell of a {} board; use . or 0 for "
                      "empty and 1 to {}",
                      shown(text[i]), i + 1, to_string(box), symbol(box.side())));
    }
    if (count++ < cells) board.push_back(*digit);
  }
  if (count != cells) {
    throw Error(fmt::format("board: {} cells where a {} board has {}; check the text or the box",
                            count, to_string(box), cells));
  }
  return board;
}

std::string to_line(Cells board) {
  std::string line;
  line.reserve(board.size());
  for (const uint8_t digit : board) line += symbol(digit);
  return line;
}

bool keeps_givens(Cells puzzle, Cells answer) {
  if (puzzle.size() != answer.size()) return false;
  for (size_t i = 0; i < puzzle.size(); ++i) {
    if (puzzle[i] != 0 && puzzle[i] != answer[i]) return false;
  }
  return true;
}

bool repeats_digit(Cells board, Box box) {
  const int side = box.side();
  // Bit d of a unit is set when it has digit d; a repeated digit is found when it comes again.
  std::vector<uint32_t> rows(static_cast<size_t>(side)), columns = rows, blocks = rows;
  for (int row = 0; row < side; ++row) {
    for (int column = 0; column < side; ++column) {
      const int digit = board[static_cast<size_t>(row * side + column)];
      if (digit == 0) continue;
      const uint32_t bit = uint32_t{1} << digit;
      for (auto* unit : {&rows[static_cast<size_t>(row)], &columns[static_cast<size_t>(column)],
                         &blocks[static_cast<size_t>(box.block_of(row, column))]}) {
        if ((*unit & bit) != 0) return true;
        *unit |= bit;
      }
    }
  }
  return false;
}

bool obeys_rules(Cells answer, Box box) {
  const bool complete = answer.size() == static_cast<size_t>(box.cells()) &&
                        std::all_of(answer.begin(), answer.end(), [&](uint8_t digit) {
                          return digit >= 1 && digit <= box.side();
                        });
  return complete && !repeats_digit(answer, box);
}

std::string draw(Cells board, Box box, const Marks& marks) {
  const int side = box.side();
  std::string rule = "+";
  for (int stack = 0; stack < box.stacks(); ++stack) {
    rule += std::string(static_cast<size_t>(2 * box.columns + 1), '-') + "+";
  }
  rule += "\n";
  std::string text;
  for (int row = 0; row < side; ++row) {
    if (row % box.rows == 0) text += rule;
    for (int column = 0; column < side; ++column) {
      const auto cell = static_cast<size_t>(row * side + column);
      const bool marked = !marks.cells.empty() && marks.cells[cell];
      text += column % box.columns == 0 ? (column == 0 ? "| " : " | ") : " ";
      if (marked) text += marks.before;
      text += symbol(board[cell]);
      if (marked) text += marks.after;
    }
    text += " |\n";
  }
  return text + rule;
}

}  // namespace trm::data::sudoku
