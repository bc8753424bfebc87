#include "data/tasks/maze/grid.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace trm::data::maze {
namespace {

constexpr std::string_view kSymbols = "?# SGo";  // by token

// Lines without the frame of a drawing and without what ends them.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const bool framed = line.find_first_of("|+") != std::string::npos;
    std::erase_if(line, [](char c) { return c == '|' || c == '+' || c == '-'; });
    if (!line.empty() || !framed) lines.push_back(std::move(line));
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  while (!lines.empty() && lines.front().empty()) lines.erase(lines.begin());
  return lines;
}

}  // namespace

std::optional<size_t> side_of(size_t cells) {
  for (size_t side = kLeastSide; side <= kMostSide; ++side) {
    if (side * side == cells) return side;
  }
  return std::nullopt;
}

std::optional<uint8_t> parse_cell(char c) {
  const size_t token = kSymbols.find(c, 1);
  if (token == std::string_view::npos) return std::nullopt;
  return static_cast<uint8_t>(token);
}

char symbol(uint8_t token) { return token < kSymbols.size() ? kSymbols[token] : kSymbols[0]; }

std::string shown(char c) {
  if (c > ' ' && c <= '~') return fmt::format("'{}'", c);
  return fmt::format("byte {:#04x}", static_cast<unsigned char>(c));
}

std::string place(size_t cell, size_t side) {
  return fmt::format("row {}, column {}", cell / side + 1, cell % side + 1);
}

std::optional<std::string> fault_of_ends(Cells maze) {
  const size_t side = side_of(maze.size()).value();
  for (const uint8_t end : {kStart, kGoal}) {
    const auto first = std::find(maze.begin(), maze.end(), end);
    if (first == maze.end()) return fmt::format("no {}", symbol(end));
    const auto second = std::find(first + 1, maze.end(), end);
    if (second == maze.end()) continue;
    const auto cell = static_cast<size_t>(second - maze.begin());
    return fmt::format("a second {} at {}", symbol(end), place(cell, side));
  }
  return std::nullopt;
}

Grid parse_grid(std::string_view text, size_t side) {
  const auto lines = lines_of(text);
  if (lines.size() != 1 && lines.size() != side) {
    throw Error(fmt::format("maze: {} lines; write {}, or all {} cells in one", lines.size(), side,
                            side * side));
  }
  const size_t width = side * side / lines.size();
  Grid grid;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].size() != width) {
      throw Error(
          fmt::format("maze: line {} has {} cells where it should have {}; an open cell is . "
                      "or a space",
                      i + 1, lines[i].size(), width));
    }
    for (const char c : lines[i]) {
      const auto token = c == '.' ? kOpen : parse_cell(c);
      if (!token || *token == kPath) {
        throw Error(
            fmt::format("maze: {} at {}; use # for a wall, . or a space for an open cell, S "
                        "and G for the ends",
                        shown(c), place(grid.size(), side)));
      }
      grid.push_back(*token);
    }
  }
  if (const auto fault = fault_of_ends(grid)) {
    throw Error("maze: " + *fault + "; it has one S and one G");
  }
  return grid;
}

std::string to_line(Cells maze) {
  std::string line;
  for (const uint8_t token : maze) line += token == kOpen ? '.' : symbol(token);
  return line;
}

std::string draw(Cells maze, const Marks& marks) {
  const size_t side = side_of(maze.size()).value();
  const std::string rule = "+" + std::string(side, '-') + "+\n";
  std::string text = rule;
  for (size_t cell = 0; cell < maze.size(); ++cell) {
    const bool marked = !marks.cells.empty() && marks.cells[cell];
    if (cell % side == 0) text += '|';
    if (marked) text += marks.before;
    text += symbol(maze[cell]);
    if (marked) text += marks.after;
    if (cell % side == side - 1) text += "|\n";
  }
  return text + rule;
}

}  // namespace trm::data::maze
