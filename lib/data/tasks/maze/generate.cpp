#include "data/tasks/maze/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "data/grid_symmetry.h"
#include "data/parallel.h"
#include "data/tasks/maze/path.h"

namespace trm::data::maze {
namespace {

constexpr int64_t kMostTries = 200'000;  // for one maze

// A shortest path has at most three cells of any 2x2 square: with all four it could be shortened.
int64_t most_steps(size_t side) {
  const size_t squares = (side / 2) * (side / 2), rest = side % 2 == 1 ? 2 * side - 1 : 0;
  return static_cast<int64_t>(3 * squares + rest) - 1;
}

std::string size_name(const GenerateRequest& request) {
  return fmt::format("{0}x{0}", request.side);
}

void check(const Density& density, const GenerateRequest& request) {
  const bool shares = density.low >= 0 && density.low <= density.high && density.high <= 1;
  if (!shares || wall_count(density, request.side).high + 2 > request.side * request.side) {
    throw Error(
        fmt::format("density {}:{}: no shares of {} cells that leave two of them open; "
                    "take a part of 0:1, such as 0.3:0.5",
                    density.low, density.high, size_name(request)));
  }
}

void check(const Perfect& /*perfect*/, const GenerateRequest& request) {
  if (request.side < 3) throw Error("perfect: a 2x2 maze has one open cell; take 3x3 or larger");
}

void check(const GenerateRequest& request) {
  if (request.side < kLeastSide || request.side > kMostSide) {
    throw Error(fmt::format("size {}: a maze has {} to {} cells a side", request.side, kLeastSide,
                            kMostSide));
  }
  if (request.train < 0 || request.test < 0 || request.train + request.test == 0) {
    throw Error(fmt::format("train {}, test {}: nothing to generate; ask for at least one maze",
                            request.train, request.test));
  }
  if (request.least_steps < 1 || request.least_steps > most_steps(request.side)) {
    throw Error(fmt::format(
        "min-path {}: a shortest path through {} cells has 1 to {} steps; ask for so many",
        request.least_steps, size_name(request), most_steps(request.side)));
  }
  std::visit([&](const auto& layout) { check(layout, request); }, request.layout);
}

template <class Accept>
std::vector<size_t> cells_where(size_t count, Accept&& accept) {
  std::vector<size_t> cells;
  for (size_t cell = 0; cell < count; ++cell) {
    if (accept(cell)) cells.push_back(cell);
  }
  return cells;
}

// One try: nothing where no cell is far enough from S.
std::optional<Grid> draw_maze(const GenerateRequest& request, Stream& stream) {
  Grid maze = draw_layout(request.layout, request.side, stream);
  const auto open = cells_where(maze.size(), [&](size_t cell) { return maze[cell] == kOpen; });
  const size_t start = open[stream.below(open.size())];
  const auto steps = steps_from(maze, start);
  const auto far =
      cells_where(maze.size(), [&](size_t cell) { return steps[cell] >= request.least_steps; });
  if (far.empty()) return std::nullopt;
  maze[start] = kStart;
  maze[far[stream.below(far.size())]] = kGoal;
  return maze;
}

Puzzle puzzle_of(Grid maze) {
  Puzzle puzzle;
  puzzle.answer = solved(maze);
  puzzle.rating = shortest_steps(maze) + 1;
  puzzle.source = "generated";
  puzzle.question = std::move(maze);
  return puzzle;
}

// The mazes of one set, each a function of its index and the number of its tries so far.
class Maker {
 public:
  // `avoided` are the least images of mazes that must not occur.
  Maker(const GenerateRequest& request, std::string name, int64_t count, std::set<Grid> avoided)
      : request_(request),
        name_(std::move(name)),
        key_(stream_key(request.seed, "maze " + name_)),
        avoided_(std::move(avoided)),
        puzzles_(static_cast<size_t>(count)),
        tries_(puzzles_.size()) {}

  std::vector<Puzzle> make(Progress& progress, int64_t done_before) {
    in_parallel(
        static_cast<int64_t>(puzzles_.size()), request_.threads,
        [&](int64_t i) {
          if (!draw(static_cast<size_t>(i))) fail(fmt::format("no {}", wanted()));
        },
        [&](int64_t done) { progress.update(done_before + done); });
    // In the order of the indices the first of equal mazes stays and the others are drawn again.
    std::set<Grid> seen;
    for (size_t i = 0; i < puzzles_.size(); ++i) {
      while (!seen.insert(puzzles_[i].question).second) {
        if (!draw(i)) fail(fmt::format("{} but no further {}", i, wanted()));
      }
    }
    return std::move(puzzles_);
  }

 private:
  bool draw(size_t i) {
    while (tries_[i] < kMostTries) {
      auto stream = Stream::from_key(key_, static_cast<uint64_t>(tries_[i]++), i);
      auto maze = draw_maze(request_, stream);
      if (!maze || (!avoided_.empty() && avoided_.contains(least_image(*maze)))) continue;
      puzzles_[i] = puzzle_of(std::move(*maze));
      return true;
    }
    return false;
  }

  std::string wanted() const {
    return fmt::format("{} maze with a shortest path of at least {} steps{}", size_name(request_),
                       request_.least_steps,
                       avoided_.empty() ? "" : " that is not one to train on");
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(
        fmt::format("{}: {} in {} tries; lower min-path, ask for fewer mazes, or for other "
                    "walls",
                    name_, what, kMostTries));
  }

  const GenerateRequest& request_;
  std::string name_;
  uint64_t key_;
  std::set<Grid> avoided_;
  std::vector<Puzzle> puzzles_;
  std::vector<int64_t> tries_;
};

}  // namespace

Grid least_image(Cells maze) {
  const auto side = static_cast<int64_t>(side_of(maze.size()).value());
  Grid least(maze.begin(), maze.end()), image(maze.size());
  for (int symmetry = 1; symmetry < kGridSymmetries; ++symmetry) {
    apply_symmetry(symmetry, {side, side}, maze, image);
    least = std::min(least, image);
  }
  return least;
}

Generated generate(const GenerateRequest& request, Progress& progress) {
  check(request);
  Generated made;
  made.train = Maker(request, "train", request.train, {}).make(progress, 0);
  std::set<Grid> avoided;
  if (request.test > 0) {
    for (const Puzzle& puzzle : made.train) avoided.insert(least_image(puzzle.question));
  }
  made.test =
      Maker(request, "test", request.test, std::move(avoided)).make(progress, request.train);
  return made;
}

}  // namespace trm::data::maze
