#include "data/tasks/maze/task.h"

#include <algorithm>

#include "core/error.h"
#include "data/grid_symmetry.h"
#include "data/tasks/maze/generate.h"
#include "data/tasks/maze/path.h"

namespace trm::data {
namespace {

size_t side_of(const PackedInfo& info) {
  const auto side = maze::side_of(static_cast<size_t>(info.cells));
  if (!side) {
    throw Error("data.task: no maze has " + std::to_string(info.cells) +
                " cells; choose another task or data folder");
  }
  return *side;
}

void mark_anew(Tokens input, std::span<Token> label) {
  const auto maze = narrowed(input);
  if (maze::shortest_steps(maze) == 0) return;
  std::ranges::copy(maze::solved(maze), label.begin());
}

}  // namespace

Maze::Maze(const Config& config, const PackedInfo& info) : config_(config), side_(side_of(info)) {
  if (info.vocabulary != maze::kVocabulary) {
    throw Error("data.task: the data has " + std::to_string(info.vocabulary) +
                " tokens where a maze has " + std::to_string(maze::kVocabulary) +
                "; choose another task or data folder");
  }
}

bool Maze::fits(const PackedInfo& info) {
  return maze::side_of(static_cast<size_t>(info.cells)) && info.vocabulary == maze::kVocabulary;
}

bool Maze::augments() const { return config_.augment.rotate || config_.augment.mirror; }

void Maze::augment(std::span<Token> input, std::span<Token> label, Stream& stream) const {
  const int symmetry = maze::draw_symmetry(config_.augment, stream);
  if (symmetry == 0) return;
  const auto side = static_cast<int64_t>(side_);
  maze::Grid image(input.size());
  for (const auto cells : {input, label}) {
    apply_symmetry(symmetry, {side, side}, narrowed(cells), image);
    std::ranges::copy(image, cells.begin());
  }
  if (config_.augment.relabel) mark_anew(input, label);
}

std::vector<double> Maze::score(Tokens input, Tokens answer) const {
  const auto maze = narrowed(input);
  const int64_t steps = maze::marked_steps(maze, narrowed(answer));
  if (steps == 0) return {0, 0, 0};
  const int64_t least = maze::shortest_steps(maze);
  return {1, steps == least ? 1.0 : 0.0, static_cast<double>(least) / static_cast<double>(steps)};
}

std::string Maze::mistake(Tokens input, Tokens label, Tokens answer) const {
  const auto maze = narrowed(input), marked = narrowed(answer);
  if (!maze::keeps_maze(maze, marked)) return "maze changed";
  const int64_t steps = maze::marked_steps(maze, marked);
  if (steps == 0) return "path broken";
  if (steps > maze::shortest_steps(maze)) return "path longer";
  return Task::mistake(input, label, answer);
}

std::vector<Token> Maze::form(Tokens input, Tokens /*label*/) const {
  return widened(maze::least_image(narrowed(input)));
}

std::optional<std::string> Maze::fault(Tokens input, Tokens label) const {
  const auto maze = narrowed(input);
  const int64_t steps = maze::marked_steps(maze, narrowed(label));
  if (steps == 0) return "labels are not one simple path from S to G";
  if (steps > maze::shortest_steps(maze)) return "labels are longer than a shortest path";
  return std::nullopt;
}

int64_t Maze::size_of(Tokens input) const { return maze::shortest_steps(narrowed(input)); }

std::vector<Token> Maze::parse(std::string_view text) const {
  auto grid = maze::parse_grid(text, side_);
  if (maze::shortest_steps(grid) == 0) {
    throw Error("maze: no path leads from S to G; there is nothing to solve");
  }
  return widened(grid);
}

std::string Maze::line(Tokens tokens) const { return maze::to_line(narrowed(tokens)); }

std::string Maze::draw(Tokens tokens, std::span<const bool> marked, std::string_view before,
                       std::string_view after) const {
  return maze::draw(narrowed(tokens), {marked, before, after});
}

Picture Maze::picture(Tokens tokens) const {
  constexpr uint32_t kPadding = 0x888888;
  // Of wall, open, S, G and path.
  constexpr uint32_t kColours[] = {kPadding, 0x222222, 0xffffff, 0x2ecc40, 0xff4136, 0x7fdbff};
  const auto side = static_cast<int64_t>(side_);
  Picture picture{side, side, {}};
  for (const auto token : tokens) {
    const char* text = token == 3 ? "S" : token == 4 ? "G" : "";
    picture.cells.push_back(
        {static_cast<size_t>(token) < std::size(kColours) ? kColours[token] : kPadding, text,
         false});
  }
  return picture;
}

}  // namespace trm::data
