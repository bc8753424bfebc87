#include "data/audit.h"

#include "data/packed.h"
#include "data/tasks/arc/originals.h"
#include "data/tasks/arc/task.h"
#include "data/tasks/maze/build.h"
#include "data/tasks/maze/generate.h"
#include "data/tasks/maze/task.h"
#include "data/tasks/sudoku/build.h"
#include "data/tasks/sudoku/generate.h"
#include "data/tasks/sudoku/task.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm::data {
namespace {

using Lines = std::vector<std::string>;

Lines found(const Task& task, int64_t cells, const Originals& train, const Originals& test) {
  auto silent = Progress::silent();
  Lines lines;
  for (const auto& finding : audit(task, cells, train, test, silent))
    lines.push_back(to_string(finding));
  return lines;
}

Lines found(const Task& task, const PackedSplit& train, const PackedSplit& test, int64_t cells) {
  return found(task, cells, originals_of(train, cells), originals_of(test, cells));
}

sudoku::Generated sudokus(sudoku::Box box, int64_t train, int64_t test) {
  auto silent = Progress::silent();
  return sudoku::generate({.box = box, .train = train, .test = test, .seed = 3}, silent);
}

PackedInfo info_of(int64_t cells, int64_t vocabulary) {
  PackedInfo info;
  info.cells = cells;
  info.vocabulary = vocabulary;
  return info;
}

Sudoku sudoku_task(sudoku::Box box) { return Sudoku({}, info_of(box.cells(), box.side() + 2)); }

// An image of a puzzle.
sudoku::Puzzle image(const sudoku::Puzzle& puzzle, sudoku::Box box, uint64_t seed) {
  Stream stream(seed, "image");
  const sudoku::Symmetry symmetry(box, {}, stream);
  auto changed = puzzle;
  symmetry.apply(puzzle.question, changed.question);
  symmetry.apply(puzzle.answer, changed.answer);
  return changed;
}

}  // namespace

TEST_CASE("a generated Sudoku set has no faults", "[unit]") {
  for (const sudoku::Box box : {sudoku::Box{2, 3}, sudoku::Box{3, 3}}) {
    const auto made = sudokus(box, 60, 30);
    CHECK(found(sudoku_task(box), sudoku::pack(made.train, box), sudoku::pack(made.test, box),
                box.cells()) == Lines{});
  }
}

TEST_CASE("images of training puzzles are found among those of the test", "[unit]") {
  for (const sudoku::Box box : {sudoku::Box{2, 2}, sudoku::Box{2, 3}, sudoku::Box{3, 3}}) {
    INFO(sudoku::to_string(box));
    auto made = sudokus(box, 20, 10);
    for (size_t i = 0; i < 4; ++i) made.test[3 + i] = image(made.train[2 * i], box, i);
    const auto task = sudoku_task(box);
    const auto train = sudoku::pack(made.train, box), test = sudoku::pack(made.test, box);
    const auto cells = box.cells();
    // With 2x2 blocks an image may be the puzzle itself.
    const auto lines = found(task, train, test, cells);
    REQUIRE_FALSE(lines.empty());
    CHECK(lines.back() ==
          "4 of 10 test examples are equivalent to training examples (the first is example 3)");
    for (size_t i = 0; i < 20; ++i) {
      const auto other = image(made.train[i], box, 100 + i);
      const auto packed = sudoku::pack(std::vector{made.train[i], other}, box);
      const auto inputs = widened(packed.inputs), all = widened(packed.labels);
      const auto tokens = std::span(inputs), labels = std::span(all);
      const auto n = static_cast<size_t>(cells);
      CHECK(task.trait(tokens.first(n), labels.first(n)) ==
            task.trait(tokens.last(n), labels.last(n)));
      CHECK(task.form(tokens.first(n), labels.first(n)) ==
            task.form(tokens.last(n), labels.last(n)));
    }
  }
}

TEST_CASE("puzzles of one solution grid with other givens are not equivalent", "[unit]") {
  const sudoku::Box box{3, 3};
  const auto made = sudokus(box, 5, 1);
  auto test = made.train;
  for (auto& puzzle : test) {
    const auto empty = std::ranges::find(puzzle.question, 0) - puzzle.question.begin();
    puzzle.question[static_cast<size_t>(empty)] = puzzle.answer[static_cast<size_t>(empty)];
  }
  CHECK(found(sudoku_task(box), sudoku::pack(made.train, box), sudoku::pack(test, box), 81) ==
        Lines{});
}

TEST_CASE("repeats, several solutions and wrong labels are counted", "[unit]") {
  const sudoku::Box box{2, 2};
  const auto board = [&](const std::string& text) { return sudoku::parse_board(text, box); };
  const auto answer = board("1234341221434321");
  std::vector<sudoku::Puzzle> train = {
      {board("12343412214343.."), answer, 0, ""},
      {board("1..............."), answer, 0, ""},
      {board("12343412214343.."), answer, 0, ""},
      {board("12343412214343.."), board("1234341221434312"), 0, ""}};
  const std::vector<sudoku::Puzzle> test = {{board("1234341221......"), answer, 0, ""}};
  const auto task = sudoku_task(box);
  CHECK(found(task, sudoku::pack(train, box), sudoku::pack(test, box), 16) ==
        Lines{"1 of 4 train labels are no solution of their puzzle (the first is example 3)",
              "1 of 4 train puzzles have several solutions (the first is example 1)",
              "1 of 4 train puzzles are there already (the first is example 2)"});
}

TEST_CASE("copies of a puzzle in its own group are no repeats, on disk or in memory", "[unit]") {
  const sudoku::Box box{3, 3};
  const auto made = sudokus(box, 5, 5);
  NumpyLegacy random(1);
  PackedSet set;
  set.cells = 81;
  set.vocabulary = 11;
  set.train = sudoku::pack_as_reference(made.train, sudoku::Box{3, 3}, random, std::nullopt, 3);
  set.test = sudoku::pack(std::vector{made.test[0], made.train[4], made.test[0]}, box);
  const Lines expected = {"1 of 3 test puzzles are there already (the first is example 2)",
                          "1 of 3 test examples are equivalent to training examples (the first is "
                          "example 1)"};
  const auto task = sudoku_task(box);
  CHECK(found(task, set.train, set.test, 81) == expected);
  const ScratchFolder folder;
  write_packed(folder / "set", set);
  const auto train = Dataset::open(folder / "set", "train"),
             test = Dataset::open(folder / "set", "test");
  CHECK(found(task, 81, originals_of(*train), originals_of(*test)) == expected);
}

TEST_CASE("turned mazes are equivalent, and labels that are no shortest path are counted",
          "[unit]") {
  auto silent = Progress::silent();
  auto made = maze::generate({.side = 6, .train = 10, .test = 5, .least_steps = 4}, silent);
  const Maze task({}, info_of(36, maze::kVocabulary));
  CHECK(found(task, maze::pack(made.train), maze::pack(made.test), 36) == Lines{});
  const auto turned = maze::pack(made.train, maze::Copies::kSymmetries);
  for (const size_t image : {0, 3, 5}) {
    made.test[image % 3].question.assign(
        turned.inputs.begin() + static_cast<int64_t>(image) * 36,
        turned.inputs.begin() + static_cast<int64_t>(image + 1) * 36);
    made.test[image % 3].answer.assign(
        turned.labels.begin() + static_cast<int64_t>(image) * 36,
        turned.labels.begin() + static_cast<int64_t>(image + 1) * 36);
  }
  CHECK(found(task, maze::pack(made.train), maze::pack(made.test), 36) ==
        Lines{"2 of 5 test examples are equivalent to training examples (the first is example 0)"});
  const auto grid = [](const std::string& cells) {
    maze::Grid tokens;
    for (const char c : cells) tokens.push_back(maze::parse_cell(c).value());
    return tokens;
  };
  const std::string open =
      "S    "
      "     "
      "     "
      "     "
      "G    ";
  const std::vector<maze::Puzzle> odd = {{grid(open), grid("S    "
                                                           "o    "
                                                           "o    "
                                                           "o    "
                                                           "G    ")},
                                         {grid(open), grid("Soo  "
                                                           "  o  "
                                                           "  o  "
                                                           "  o  "
                                                           "Goo  ")},
                                         {grid(open), grid("So   "
                                                           "oo   "
                                                           "o    "
                                                           "o    "
                                                           "G    ")}};
  const Maze five({}, info_of(25, maze::kVocabulary));
  CHECK(found(five, maze::pack(odd), maze::pack({}), 25) ==
        Lines{"1 of 3 train labels are longer than a shortest path (the first is example 1)",
              "1 of 3 train labels are not one simple path from S to G (the first is example 2)"});
}

TEST_CASE("ARC: a test that another task trains on is found", "[unit]") {
  const auto grid = [](uint8_t colour) { return arc::Grid{1, 1, {colour}}; };
  const arc::Pair a{grid(1), grid(2)}, b{grid(3), grid(4)}, c{grid(3), grid(5)};
  const std::vector<arc::Subset> subsets = {
      {{{.name = "x", .train = {a}, .test = {b}}, {.name = "y", .train = {a}, .test = {b}}}, false},
      {{{.name = "z", .train = {c}, .test = {b, a}}, {.name = "w", .train = {}, .test = {c}}},
       true}};
  const Arc task({}, info_of(900, arc::kVocabulary));
  CHECK(found(task, 900, arc::originals_of(subsets, true), arc::originals_of(subsets, false)) ==
        Lines{"1 of 3 train puzzles are there already (the first is example 2)",
              "3 of 3 test examples are equivalent to training examples (the first is example 0)"});
}

}  // namespace trm::data
