#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/hash.h"
#include "data/grid_symmetry.h"
#include "data/tasks/maze/generate.h"
#include "data/tasks/maze/path.h"
#include "tests/catch.h"

namespace trm::data::maze {
namespace {

Generated made(const GenerateRequest& request) {
  Progress silent = Progress::silent();
  return generate(request, silent);
}

std::string lines(const std::vector<Puzzle>& puzzles) {
  std::string text;
  for (const Puzzle& puzzle : puzzles) {
    text += puzzle.source + "," + to_line(puzzle.question) + "," + to_line(puzzle.answer) + "," +
            std::to_string(*puzzle.rating) + "\n";
  }
  return text;
}

std::string lines(const Generated& both) { return lines(both.train) + "\n" + lines(both.test); }

// Steps from S to G by relaxing all cells again and again (Bellman-Ford), 0 where there is no path.
int64_t relaxed_steps(const Grid& maze, size_t side) {
  constexpr int64_t kFar = 1'000'000;
  const size_t row = side + 2;  // with a border of walls
  std::vector<int64_t> steps(row * row, kFar);
  std::vector<bool> open(row * row);
  size_t goal = 0;
  for (size_t cell = 0; cell < maze.size(); ++cell) {
    const size_t at = (cell / side + 1) * row + cell % side + 1;
    open[at] = maze[cell] != kWall;
    if (maze[cell] == kStart) steps[at] = 0;
    if (maze[cell] == kGoal) goal = at;
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t at = row; at < row * (row - 1); ++at) {
      if (!open[at]) continue;
      const auto near = std::min({steps[at - 1], steps[at + 1], steps[at - row], steps[at + row]});
      if (near + 1 >= steps[at]) continue;
      steps[at] = near + 1;
      changed = true;
    }
  }
  return steps[goal] == kFar ? 0 : steps[goal];
}

int64_t count(const Grid& grid, uint8_t token) {
  return std::count(grid.begin(), grid.end(), token);
}

const std::vector<GenerateRequest> kRequests = {
    {.side = 6, .train = 150, .test = 60, .least_steps = 5, .seed = 1},
    {.side = 8, .train = 150, .test = 60, .least_steps = 12, .seed = 2},
    {.side = 7, .train = 150, .test = 60, .least_steps = 9, .layout = Perfect{}, .seed = 3},
    {.side = 12, .train = 40, .test = 20, .least_steps = 20, .layout = Perfect{}, .seed = 4},
    {.side = 30, .train = 3, .test = 2, .least_steps = 80, .seed = 5},
    {.side = 10, .train = 60, .test = 20, .layout = Density{0, 0.1}, .seed = 6},
};

// Of so few cells that many draws have to be repeated.
const GenerateRequest kSmall = {
    .side = 3, .train = 300, .test = 100, .least_steps = 2, .layout = Density{0, 0.6}, .seed = 7};

}  // namespace

TEST_CASE("generated mazes have the path of the rule, as long as was asked for", "[unit]") {
  for (const auto& request : kRequests) {
    INFO("side " << request.side << ", seed " << request.seed);
    const Generated both = made(request);
    CHECK(static_cast<int64_t>(both.train.size()) == request.train);
    CHECK(static_cast<int64_t>(both.test.size()) == request.test);
    for (const auto* set : {&both.train, &both.test}) {
      for (const Puzzle& puzzle : *set) {
        REQUIRE_FALSE(fault_of_ends(puzzle.question));
        REQUIRE(count(puzzle.question, kWall) + count(puzzle.question, kOpen) + 2 ==
                static_cast<int64_t>(puzzle.question.size()));
        const int64_t steps = relaxed_steps(puzzle.question, request.side);
        REQUIRE(steps >= request.least_steps);
        REQUIRE(marked_steps(puzzle.question, puzzle.answer) == steps);
        REQUIRE(puzzle.answer == solved(puzzle.question));
        REQUIRE(puzzle.rating == count(puzzle.answer, kPath) + 2);
        REQUIRE(puzzle.rating == steps + 1);
        REQUIRE(puzzle.source == "generated");
      }
    }
  }
}

TEST_CASE("no maze is twice, and none to test is the image of one to train", "[unit]") {
  auto requests = kRequests;
  requests.push_back(kSmall);
  for (const auto& request : requests) {
    INFO("side " << request.side << ", seed " << request.seed);
    const Generated both = made(request);
    std::set<Grid> train, images, test;
    const auto side = static_cast<int64_t>(request.side);
    for (const Puzzle& puzzle : both.train) {
      train.insert(puzzle.question);
      for (int symmetry = 0; symmetry < kGridSymmetries; ++symmetry) {
        Grid image(puzzle.question.size());
        apply_symmetry(symmetry, {side, side}, puzzle.question, image);
        images.insert(image);
      }
    }
    for (const Puzzle& puzzle : both.test) {
      test.insert(puzzle.question);
      REQUIRE_FALSE(images.contains(puzzle.question));
    }
    CHECK(train.size() == both.train.size());
    CHECK(test.size() == both.test.size());
  }
}

TEST_CASE("the same request is the same mazes on any number of threads", "[unit]") {
  auto requests = kRequests;
  requests.push_back(kSmall);
  for (auto request : requests) {
    request.threads = 1;
    const std::string one = lines(made(request));
    for (const int threads : {0, 2, 5}) {
      request.threads = threads;
      CHECK(lines(made(request)) == one);
    }
    ++request.seed;
    CHECK(lines(made(request)) != one);
  }
}

TEST_CASE("a longer set of mazes begins with the shorter one", "[unit]") {
  GenerateRequest request = {.side = 8, .train = 20, .least_steps = 10, .seed = 9};
  const std::string shorter = lines(made(request).train);
  request.train = 40;
  CHECK(lines(made(request)).starts_with(shorter));
}

TEST_CASE("generated mazes keep their bytes", "[unit]") {
  const auto hash = [](size_t i) { return sha256_hex(lines(made(kRequests[i]))).substr(0, 16); };
  CHECK(hash(0) == "6f946cd22000c142");
  CHECK(hash(2) == "6c623bb4b9f703e7");
  CHECK(hash(4) == "a705e7c3bd726b82");
}

TEST_CASE("walls are on a share of the cells that is drawn evenly", "[unit]") {
  std::map<int64_t, int> walls;
  Stream stream(1, "walls");
  constexpr int kDraws = 4000;
  int64_t in_corner = 0;
  for (int i = 0; i < kDraws; ++i) {
    const Grid grid = draw_layout(Density{0.25, 0.5}, 6, stream);
    ++walls[count(grid, kWall)];
    in_corner += grid.back() == kWall ? 1 : 0;
  }
  REQUIRE(walls.size() == 10);  // 9 to 18 of 36
  CHECK(walls.begin()->first == 9);
  for (const auto& [number, times] : walls) CHECK((times > 320 && times < 480));
  CHECK((in_corner > 1380 && in_corner < 1620));  // 37.5 %
}

TEST_CASE("a perfect maze is a tree of rooms", "[unit]") {
  std::set<Grid> seen;
  for (const size_t side : {3, 4, 7, 8, 15}) {
    Stream stream(2, "perfect", 0, side);
    for (int i = 0; i < 50; ++i) {
      const Grid grid = draw_layout(Perfect{}, side, stream);
      const auto rooms = static_cast<int64_t>((side + 1) / 2 * ((side + 1) / 2));
      // All rooms and one cell less between them, and all hang together: a tree.
      REQUIRE(count(grid, kOpen) == 2 * rooms - 1);
      const auto steps = steps_from(grid, 0);
      for (size_t cell = 0; cell < grid.size(); ++cell) {
        const size_t row = cell / side, column = cell % side;
        if (row % 2 == 0 && column % 2 == 0) REQUIRE(grid[cell] == kOpen);
        if (row % 2 == 1 && column % 2 == 1) REQUIRE(grid[cell] == kWall);
        REQUIRE((grid[cell] == kOpen) == (steps[cell] >= 0));
      }
      if (side == 3) seen.insert(grid);
    }
  }
  CHECK(seen.size() == 4);  // the spanning trees of a ring of four rooms
}

TEST_CASE("mazes that cannot be generated are an error", "[unit]") {
  const auto error = [](const GenerateRequest& request) {
    return error_of([&] { made(request); });
  };
  CHECK(error({.side = 8}) == "train 0, test 0: nothing to generate; ask for at least one maze");
  CHECK(contains(error({.side = 8, .train = 1, .test = -1}), "nothing to generate"));
  CHECK(error({.side = 1, .train = 1}) == "size 1: a maze has 2 to 64 cells a side");
  CHECK(contains(error({.side = 65, .train = 1}), "size 65: a maze has"));
  CHECK(contains(error({.side = 8, .train = 1, .least_steps = 0}), "min-path 0: a shortest"));
  CHECK(error({.side = 8, .train = 1, .least_steps = 48}) ==
        "min-path 48: a shortest path through 8x8 cells has 1 to 47 steps; ask for so many");
  for (const Density density : {Density{-0.1, 0.5}, Density{0.5, 0.3}, Density{0.3, 1.1},
                                Density{0.3, 1}, Density{0.0 / 0.0, 0.3}}) {
    CHECK(contains(error({.side = 8, .train = 1, .layout = density}),
                   "no shares of 8x8 cells that leave two of them open"));
  }
  CHECK(contains(error({.side = 2, .train = 1, .layout = Perfect{}}), "one open cell; take 3x3"));
  // Possible by its length alone, but never drawn; more than there are; none left to test.
  CHECK(error({.side = 6, .train = 2, .least_steps = 26}) ==
        "train: no 6x6 maze with a shortest path of at least 26 steps in 200000 tries; lower "
        "min-path, ask for fewer mazes, or for other walls");
  CHECK(contains(error({.side = 2, .train = 13, .layout = Density{0, 0}}),
                 "train: 12 but no further 2x2 maze"));
  CHECK(contains(error({.side = 2, .train = 12, .test = 1, .layout = Density{0, 0}}),
                 "test: no 2x2 maze with a shortest path of at least 1 steps that is not one to "
                 "train on in 200000 tries"));
}

}  // namespace trm::data::maze
