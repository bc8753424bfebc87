#include "data/canvas.h"

#include "data/tasks/arc/build.h"
#include "data/tasks/arc/task.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm::data {
namespace {

arc::Grid square(int64_t side, uint8_t colour) {
  return {side, side, std::vector<uint8_t>(static_cast<size_t>(side * side), colour)};
}

arc::Puzzle task_of(const std::string& name, int64_t train_side, int64_t test_side) {
  return {.name = name,
          .train = {{square(train_side, 1), square(2, 3)}},
          .test = {{square(test_side, 2), square(1, 4)}}};
}

// Tasks of sides 3, 5 in training, 5 in testing, 4.
Splits four_tasks(const ScratchFolder& scratch) {
  const arc::BuildRequest request{
      .subsets = {{{task_of("a", 3, 3), task_of("b", 5, 2), task_of("c", 2, 5), task_of("d", 4, 4)},
                   true}},
      .augmentations = 3};
  auto progress = Progress::silent();
  write_packed(scratch / "arc", arc::build(request, progress));
  return open_folders({scratch / "arc"}, {});
}

TEST_CASE("a smaller canvas has the puzzles that fit it in both splits, with ids of their own",
          "[unit]") {
  const ScratchFolder scratch;
  const auto whole = four_tasks(scratch);
  const Arc task({}, whole.train->info());
  const auto splits = crop_to_canvas(whole, task, 4);
  CHECK(splits.train->groups() == 2);
  CHECK(splits.test->groups() == 2);
  CHECK(splits.train->spec().cells == 16);
  CHECK(splits.train->spec().puzzles == 1 + 2 * 4);
  for (int64_t p = 0; p < splits.train->puzzles(); ++p) {
    CHECK(splits.train->puzzle_id(p) == p + 1);
    CHECK(splits.test->puzzle_id(p) == p + 1);
  }
  std::vector<Token> input(16), label(16);
  splits.train->read(4, input, label);  // task d, which fills the canvas
  const Arc small({}, splits.train->info());
  CHECK(arc::crop(narrowed(input)) == square(4, 1));
  CHECK(arc::crop(narrowed(label)) == square(2, 3));
  // Its copies are made on the small canvas.
  const auto copy = splits.train->stored(5).augmentation;
  CHECK(copy != 0);
  small.transform(copy, input, label);
  CHECK(arc::crop(narrowed(input)).cells.size() == 16);
}

TEST_CASE("a canvas that nothing fits, or that is no part of the grid, is an error", "[unit]") {
  const ScratchFolder scratch;
  const auto whole = four_tasks(scratch);
  const Arc task({}, whole.train->info());
  CHECK(contains(error_of([&] { crop_to_canvas(whole, task, 1); }), "data.canvas: no puzzle"));
  CHECK(contains(error_of([&] { crop_to_canvas(whole, task, 31); }),
                 "data.canvas: 31x31 is no part"));
  CHECK(crop_to_canvas(whole, task, 30).train->groups() == 4);
}

TEST_CASE("a canvas is refused where grids that fit it lie elsewhere on disk", "[unit]") {
  const ScratchFolder scratch;
  auto puzzle = task_of("a", 3, 3);
  for (int i = 0; i < 4; ++i) puzzle.train.push_back(puzzle.train.front());
  const arc::BuildRequest request{
      .subsets = {{{puzzle}, true}}, .augmentations = 3, .prebuilt = true};
  auto progress = Progress::silent();
  write_packed(scratch / "arc", arc::build(request, progress));
  const auto whole = open_folders({scratch / "arc"}, {});
  const Arc task({}, whole.train->info());
  CHECK(contains(error_of([&] { crop_to_canvas(whole, task, 5); }), "without --prebuilt"));
  CHECK(crop_to_canvas(whole, task, 30).train->groups() == 1);
}

}  // namespace
}  // namespace trm::data
