#include <set>
#include <string>
#include <vector>

#include "data/grid_symmetry.h"
#include "data/tasks.h"
#include "data/tasks/maze/generate.h"
#include "data/tasks/maze/path.h"
#include "tests/catch.h"

namespace trm::data {
namespace {

PackedInfo info_of(int64_t cells, int64_t vocabulary = maze::kVocabulary) {
  PackedInfo info;
  info.cells = cells;
  info.vocabulary = vocabulary;
  return info;
}

std::vector<maze::Puzzle> mazes(size_t side, int64_t count) {
  auto silent = Progress::silent();
  return maze::generate(
             {.side = side, .train = count, .least_steps = static_cast<int64_t>(side), .seed = 11},
             silent)
      .train;
}

maze::Grid image(int symmetry, size_t side, const maze::Grid& cells) {
  maze::Grid out(cells.size());
  const auto n = static_cast<int64_t>(side);
  apply_symmetry(symmetry, {n, n}, cells, out);
  return out;
}

}  // namespace

TEST_CASE("a square of six tokens is a maze", "[unit]") {
  CHECK(task_that_fits(info_of(900)).holds<Maze>());
  CHECK(task_that_fits(info_of(64)).holds<Maze>());
  CHECK(task_that_fits(info_of(16)).holds<Sudoku>());  // these sizes are both's
  CHECK(fits(AnyTask(Maze::Config{}), info_of(16)));
  CHECK(task_that_fits(info_of(900, 12)).holds<Arc>());
  CHECK(task_that_fits(info_of(20)).holds<TokenGrid>());
  CHECK(error_of([] { Maze({}, info_of(20)); }) ==
        "data.task: no maze has 20 cells; choose another task or data folder");
  CHECK(error_of([] { Maze({}, info_of(900, 12)); }) ==
        "data.task: the data has 12 tokens where a maze has 6; choose another task or data folder");
}

TEST_CASE("a maze's augmentation is undone by the inverse symmetry", "[unit]") {
  for (const size_t side : {5, 8}) {
    const Maze task({}, info_of(static_cast<int64_t>(side * side)));
    CHECK(task.augments());
    std::vector<int> counts(kGridSymmetries);
    uint64_t row = 0;
    for (const auto& puzzle : mazes(side, 100)) {
      for (int repeat = 0; repeat < 40; ++repeat, ++row) {
        auto input = widened(puzzle.question), label = widened(puzzle.answer);
        Stream stream(4, "augment", 0, row), same = stream;
        task.augment(input, label, stream);
        const int symmetry = maze::draw_symmetry({}, same);
        ++counts.at(static_cast<size_t>(symmetry));
        REQUIRE(image(inverse(symmetry), side, narrowed(input)) == puzzle.question);
        REQUIRE(image(inverse(symmetry), side, narrowed(label)) == puzzle.answer);
        // The image's path is one of its shortest.
        REQUIRE(task.score(input, label) == std::vector<double>{1, 1, 1});
      }
    }
    for (const int count : counts) CHECK((count > 420 && count < 580));  // of 4000
  }
}

TEST_CASE("each switch of a maze's symmetries leaves its own out", "[unit]") {
  const auto drawn = [](const maze::SymmetryConfig& config) {
    std::set<int> symmetries;
    for (uint64_t i = 0; i < 200; ++i) {
      Stream stream(5, "symmetry", 0, i);
      symmetries.insert(maze::draw_symmetry(config, stream));
    }
    return symmetries;
  };
  CHECK(drawn({}) == std::set<int>{0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(drawn({.mirror = false}) == std::set<int>{0, 1, 2, 3});
  CHECK(drawn({.rotate = false}) == std::set<int>{0, 4});
  CHECK(drawn({.rotate = false, .mirror = false}) == std::set<int>{0});
  const auto augments = [](const maze::SymmetryConfig& config) {
    return Maze(Maze::Config{config}, info_of(36)).augments();
  };
  CHECK(augments({.mirror = false}));
  CHECK(augments({.rotate = false}));
  CHECK_FALSE(augments({.rotate = false, .mirror = false, .relabel = true}));
}

TEST_CASE("relabel draws the path by the rule, which a symmetry breaks", "[unit]") {
  const Maze plain({}, info_of(64)), relabelled(Maze::Config{{.relabel = true}}, info_of(64));
  int64_t broken = 0;
  uint64_t row = 0;
  for (const auto& puzzle : mazes(8, 500)) {
    auto input = widened(puzzle.question), label = widened(puzzle.answer), other = input,
         anew = label;
    Stream stream(6, "augment", 0, row++), same = stream;
    plain.augment(input, label, stream);
    relabelled.augment(other, anew, same);
    CHECK(other == input);
    CHECK(narrowed(anew) == maze::solved(narrowed(input)));
    broken += label == anew ? 0 : 1;
  }
  CHECK(broken > 100);
}

TEST_CASE("a label without a path to draw stays as it is", "[unit]") {
  const Maze task(Maze::Config{{.relabel = true}}, info_of(4));
  for (uint64_t i = 0; i < 20; ++i) {
    std::vector<Token> input = {maze::kStart, maze::kWall, maze::kWall, maze::kGoal};
    std::vector<Token> label = {maze::kStart, maze::kPath, maze::kWall, maze::kGoal};
    const auto before = std::multiset<Token>(label.begin(), label.end());
    Stream stream(7, "augment", 0, i);
    task.augment(input, label, stream);
    CHECK(std::multiset<Token>(label.begin(), label.end()) == before);
  }
}

TEST_CASE("a maze's lines, drawing and size round-trip through the task", "[unit]") {
  const Maze task({}, info_of(64));
  for (const auto& puzzle : mazes(8, 50)) {
    const auto question = widened(puzzle.question), answer = widened(puzzle.answer);
    CHECK(task.parse(task.line(question)) == question);
    CHECK(task.parse(task.draw(question, {}, "", "")) == question);
    CHECK(task.size_of(question) == *puzzle.rating - 1);
    CHECK(task.size_of(answer) == *puzzle.rating - 1);
    CHECK(task.score(question, answer) == std::vector<double>{1, 1, 1});
    CHECK(task.score(question, question)[0] == (puzzle.rating == 2 ? 1 : 0));
  }
  CHECK(task.score_names().size() == 3);
  const Maze small({}, info_of(4));
  CHECK(error_of([&] { small.parse("S##G"); }) ==
        "maze: no path leads from S to G; there is nothing to solve");
  CHECK(small.size_of(std::vector<Token>{maze::kStart, maze::kWall, maze::kWall, maze::kGoal}) ==
        0);
}

}  // namespace trm::data
