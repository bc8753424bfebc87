#include "data/tasks/maze/path.h"

#include <algorithm>
#include <limits>

namespace trm::data::maze {
namespace {

constexpr size_t kNone = std::numeric_limits<size_t>::max();

size_t find(Cells maze, uint8_t token) {
  const auto cell = std::find(maze.begin(), maze.end(), token);
  return cell == maze.end() ? kNone : static_cast<size_t>(cell - maze.begin());
}

// Breadth-first from a cell; visit(cell, parent) once for each cell that is reached, the first
// among them with itself.
template <class Visit>
void search(Cells maze, size_t from, Visit&& visit) {
  const size_t side = side_of(maze.size()).value();
  std::vector<bool> seen(maze.size());
  std::vector<size_t> queue;
  queue.reserve(maze.size());
  const auto reach = [&](size_t cell, size_t parent) {
    if (seen[cell] || !is_passable(maze[cell])) return;
    seen[cell] = true;
    queue.push_back(cell);
    visit(cell, parent);
  };
  reach(from, from);
  for (size_t next = 0; next < queue.size(); ++next) {
    const size_t cell = queue[next];
    for_each_neighbour(cell, side, [&](size_t neighbour) { reach(neighbour, cell); });
  }
}

bool is_marked(uint8_t token) { return token >= kStart; }

}  // namespace

std::vector<int32_t> steps_from(Cells maze, size_t from) {
  std::vector<int32_t> steps(maze.size(), -1);  // one less than that of the first cell
  search(maze, from, [&](size_t cell, size_t parent) { steps[cell] = steps[parent] + 1; });
  return steps;
}

std::vector<size_t> shortest_path(Cells maze) {
  const size_t start = find(maze, kStart), goal = find(maze, kGoal);
  if (start == kNone || goal == kNone) return {};
  std::vector<size_t> parents(maze.size(), kNone);
  search(maze, start, [&](size_t cell, size_t parent) { parents[cell] = parent; });
  if (parents[goal] == kNone) return {};
  std::vector<size_t> path = {goal};
  while (path.back() != start) path.push_back(parents[path.back()]);
  std::reverse(path.begin(), path.end());
  return path;
}

int64_t shortest_steps(Cells maze) {
  const auto path = shortest_path(maze);
  return path.empty() ? 0 : static_cast<int64_t>(path.size()) - 1;
}

Grid solved(Cells maze) {
  Grid answer(maze.begin(), maze.end());
  for (const size_t cell : shortest_path(maze)) {
    if (answer[cell] == kOpen) answer[cell] = kPath;
  }
  return answer;
}

bool keeps_maze(Cells maze, Cells answer) {
  return std::equal(maze.begin(), maze.end(), answer.begin(), answer.end(),
                    [](uint8_t before, uint8_t after) {
                      return before == after || (before == kOpen && after == kPath);
                    });
}

int64_t marked_steps(Cells maze, Cells answer) {
  if (!keeps_maze(maze, answer) || fault_of_ends(answer)) return 0;
  const size_t side = side_of(answer.size()).value();
  const auto marked_beside = [&](size_t cell) {
    size_t count = 0;
    for_each_neighbour(cell, side,
                       [&](size_t other) { count += is_marked(answer[other]) ? 1 : 0; });
    return count;
  };
  int64_t marked = 0;
  for (size_t cell = 0; cell < answer.size(); ++cell) {
    if (!is_marked(answer[cell])) continue;
    if (marked_beside(cell) != (answer[cell] == kPath ? 2 : 1)) return 0;
    ++marked;
  }
  // From S the marked cells now lead to G, the only other end. Those left are rings of their own.
  int64_t walked = 1;
  size_t before = kNone, cell = find(answer, kStart);
  while (answer[cell] != kGoal) {
    size_t next = kNone;
    for_each_neighbour(cell, side, [&](size_t other) {
      if (other != before && is_marked(answer[other])) next = other;
    });
    before = cell;
    cell = next;
    ++walked;
  }
  return walked == marked ? marked - 1 : 0;
}

}  // namespace trm::data::maze
