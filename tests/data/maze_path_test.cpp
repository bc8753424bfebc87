#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/random.h"
#include "data/tasks/maze/path.h"
#include "data/tasks/maze/task.h"
#include "tests/catch.h"

namespace trm::data::maze {
namespace {

// Every row as a word, so that the tests show the mazes: '.' open.
Grid grid(const std::vector<std::string>& rows) {
  Grid cells;
  for (const auto& row : rows) {
    for (const char c : row) cells.push_back(c == '.' ? uint8_t{kOpen} : parse_cell(c).value());
  }
  return cells;
}

std::vector<double> score(const Grid& input, const Grid& answer) {
  PackedInfo info;
  info.cells = static_cast<int64_t>(input.size());
  info.vocabulary = kVocabulary;
  return Maze({}, info).score(widened(input), widened(answer));
}

// What brute force finds: every simple path from S to G that does not touch itself, by its cells,
// and the steps of the shortest of all.
struct AllPaths {
  std::set<std::set<size_t>> marks;
  int64_t shortest = 0;
};

// Rows and columns by hand, not by for_each_neighbour.
bool touch(size_t a, size_t b, size_t side) {
  const auto apart = [](size_t x, size_t y) { return x > y ? x - y : y - x; };
  return apart(a / side, b / side) + apart(a % side, b % side) == 1;
}

AllPaths all_paths(const Grid& maze, size_t side) {
  AllPaths found;
  std::vector<size_t> path = {
      static_cast<size_t>(std::find(maze.begin(), maze.end(), kStart) - maze.begin())};
  const std::function<void()> extend = [&] {
    const size_t end = path.back();
    if (maze[end] == kGoal) {
      const auto steps = static_cast<int64_t>(path.size()) - 1;
      if (found.shortest == 0 || steps < found.shortest) found.shortest = steps;
      bool touches = false;
      for (size_t i = 0; i < path.size(); ++i) {
        for (size_t j = i + 2; j < path.size(); ++j) touches |= touch(path[i], path[j], side);
      }
      if (!touches) found.marks.insert({path.begin() + 1, path.end() - 1});
      return;
    }
    for (size_t next = 0; next < maze.size(); ++next) {
      if (maze[next] == kWall || !touch(end, next, side)) continue;
      if (std::find(path.begin(), path.end(), next) != path.end()) continue;
      path.push_back(next);
      extend();
      path.pop_back();
    }
  };
  extend();
  return found;
}

Grid random_maze(size_t side, Stream& stream) {
  Grid maze(side * side, kOpen);
  for (uint8_t& cell : maze) cell = stream.below(10) < 3 ? kWall : kOpen;
  const size_t start = stream.below(maze.size());
  size_t goal = start;
  while (goal == start) goal = stream.below(maze.size());
  maze[start] = kStart;
  maze[goal] = kGoal;
  return maze;
}

}  // namespace

TEST_CASE("of several shortest paths the one of the labels' rule is taken", "[unit]") {
  // Down first; then left before right; up last.
  CHECK(solved(grid({"S..", "...", "..G"})) == grid({"S..", "o..", "ooG"}));
  CHECK(solved(grid({"G..", "...", "..S"})) == grid({"G..", "o..", "ooS"}));
  CHECK(solved(grid({"..S", "...", "G.."})) == grid({"..S", "..o", "Goo"}));
  CHECK(solved(grid({"..G", "...", "S.."})) == grid({"..G", "..o", "Soo"}));
  CHECK(shortest_path(grid({"S.", ".G"})) == std::vector<size_t>{0, 2, 3});
}

TEST_CASE("steps are counted through what is no wall", "[unit]") {
  const Grid maze = grid({"S#.", "..#", "#.G"});
  CHECK(steps_from(maze, 0) == std::vector<int32_t>{0, -1, -1, 1, 2, -1, -1, 3, 4});
  CHECK(shortest_steps(maze) == 4);
  CHECK(shortest_path(maze).size() == 5);
  const Grid closed = grid({"S#.", ".#.", "#.G"});
  CHECK(shortest_steps(closed) == 0);
  CHECK(shortest_path(closed).empty());
  CHECK(solved(closed) == closed);
  CHECK(shortest_steps(grid({"SG", ".."})) == 1);
  CHECK(shortest_steps(grid({"S.", ".."})) == 0);
}

TEST_CASE("an answer's path is scored by hand-made cases", "[unit]") {
  const Grid maze = grid({"S...", ".#..", "...G", "..#."});
  const std::vector<double> best = {1, 1, 1}, none = {0, 0, 0};
  // Ties: any shortest path is right.
  CHECK(score(maze, grid({"Sooo", ".#.o", "...G", "..#."})) == best);
  CHECK(score(maze, grid({"Soo.", ".#o.", "..oG", "..#."})) == best);
  CHECK(score(maze, grid({"S...", "o#..", "oooG", "..#."})) == best);
  CHECK(score(maze, grid({"S...", "o#..", "oo..", "..#."})) == none);  // G is gone
  // Nothing, a gap, a spur, a second path, a ring apart, a mark through a wall.
  CHECK(score(maze, maze) == none);
  CHECK(score(maze, grid({"So.o", ".#.o", "...G", "..#."})) == none);
  CHECK(score(maze, grid({"Soo.", ".#oo", "..oG", "..#."})) == none);
  CHECK(score(maze, grid({"S...", "o#..", "oooG", "o.#."})) == none);
  CHECK(score(maze, grid({"Sooo", "o#.o", "oooG", "..#."})) == none);
  CHECK(score(maze, grid({"Soo.", ".oo.", "..oG", "..#."})) == none);
  // What is no path cell must be as in the maze: walls, S and G, no wall more, no padding.
  CHECK(score(maze, grid({"Sooo", "..#o", "...G", "..#."})) == none);
  CHECK(score(maze, grid({"Sooo", ".#.o", "#..G", "..#."})) == none);
  CHECK(score(maze, grid({"Sooo", ".#.o", "...G", "S.#."})) == none);
  CHECK(score(maze, grid({"oooo", ".#.o", "...G", "..#."})) == none);
  Grid padded = grid({"Sooo", ".#.o", "...G", "..#."});
  padded[15] = kPadding;
  CHECK(score(maze, padded) == none);
}

TEST_CASE("a detour is valid, longer, and may not touch itself", "[unit]") {
  const Grid maze = grid({"S..G", "....", "....", "...."});
  CHECK(score(maze, grid({"SooG", "....", "....", "...."})) == std::vector<double>{1, 1, 1});
  CHECK(score(maze, grid({"S..G", "oooo", "....", "...."})) == std::vector<double>{1, 0, 3.0 / 5});
  CHECK(score(maze, grid({"S..G", "o..o", "o..o", "oooo"})) == std::vector<double>{1, 0, 3.0 / 9});
  CHECK(score(maze, grid({"S..G", "oo.o", "o.oo", "ooo."})) == std::vector<double>{0, 0, 0});
  CHECK(score(maze, grid({"SooG", "....", "ooo.", "ooo."})) == std::vector<double>{0, 0, 0});
  // A ring has two neighbours for each of its cells, too.
  const Grid large = grid({"SooG.", ".....", "ooo..", "o.o..", "ooo.."});
  CHECK(score(grid({"S..G.", ".....", ".....", ".....", "....."}), large) ==
        std::vector<double>{0, 0, 0});
  // Neighbours: no cell between them to mark, and a way round is none.
  const Grid close = grid({"SG.", "...", "..."});
  CHECK(score(close, close) == std::vector<double>{1, 1, 1});
  CHECK(score(close, grid({"SG.", "oo.", "..."})) == std::vector<double>{0, 0, 0});
}

TEST_CASE("on small mazes scores are those of brute force", "[unit]") {
  int64_t valid = 0, shortest = 0, solvable = 0;
  for (uint64_t i = 0; i < 150; ++i) {
    Stream stream(3, "maze brute force", 0, i);
    const size_t side = i % 3 == 0 ? 4 : 3;
    const Grid maze = random_maze(side, stream);
    const AllPaths paths = all_paths(maze, side);
    CHECK(shortest_steps(maze) == paths.shortest);
    solvable += paths.shortest > 0 ? 1 : 0;
    std::vector<size_t> open;
    for (size_t cell = 0; cell < maze.size(); ++cell) {
      if (maze[cell] == kOpen) open.push_back(cell);
    }
    // Every way to mark cells.
    for (size_t bits = 0; bits < size_t{1} << open.size(); ++bits) {
      Grid answer = maze;
      std::set<size_t> marks;
      for (size_t b = 0; b < open.size(); ++b) {
        if ((bits >> b & 1) == 0) continue;
        answer[open[b]] = kPath;
        marks.insert(open[b]);
      }
      const int64_t steps = marked_steps(maze, answer);
      const bool expected = paths.marks.contains(marks);
      REQUIRE((steps != 0) == expected);
      if (!expected) continue;
      REQUIRE(steps == static_cast<int64_t>(marks.size()) + 1);
      const auto scores = score(maze, answer);
      REQUIRE(scores[0] == 1);
      REQUIRE(scores[1] == (steps == paths.shortest ? 1 : 0));
      REQUIRE(scores[2] == static_cast<double>(paths.shortest) / static_cast<double>(steps));
      ++valid;
      shortest += steps == paths.shortest ? 1 : 0;
    }
  }
  CHECK(solvable > 80);
  CHECK(shortest > 100);
  CHECK(valid > shortest + 20);
}

}  // namespace trm::data::maze
