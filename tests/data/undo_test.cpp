// What a task draws to augment an example is undone by the inverse of what was drawn, for every
// task of the catalogue.

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "data/grid_symmetry.h"
#include "data/tasks.h"
#include "data/tasks/maze/grid.h"
#include "data/tasks/sudoku/symmetry.h"
#include "tests/catch.h"

namespace trm::data {
namespace {

using Example = std::vector<uint8_t>;  // tokens

// A task with examples of its own and the inverse of what its augment() draws from a stream.
struct Undoing {
  AnyTask task;
  int64_t cells, vocabulary;
  std::function<Example(Stream&)> example;
  std::function<Example(const Example&, Stream)> undo;
};

Example random_tokens(Stream& stream, int64_t cells, int64_t vocabulary) {
  Example tokens;
  for (int64_t i = 0; i < cells; ++i)
    tokens.push_back(static_cast<uint8_t>(stream.below(static_cast<uint64_t>(vocabulary))));
  return tokens;
}

Undoing sudoku_of(sudoku::Box box) {
  const int64_t cells = box.cells(), vocabulary = box.side() + 2;
  return {Sudoku::Config{}, cells, vocabulary,
          [=](Stream& stream) { return random_tokens(stream, cells, vocabulary); },
          [=](const Example& image, Stream drawn) {
            Example back(image.size());
            sudoku::Symmetry(box, {}, drawn).inverse().apply_to_tokens(image, back);
            return back;
          }};
}

Undoing maze_of(int64_t side) {
  return {Maze::Config{}, side * side, maze::kVocabulary,
          [=](Stream& stream) { return random_tokens(stream, side * side, maze::kVocabulary); },
          [=](const Example& image, Stream drawn) {
            Example back(image.size());
            apply_symmetry(inverse(maze::draw_symmetry({}, drawn)), {side, side}, image, back);
            return back;
          }};
}

// ARC draws where on the canvas the grid lies; the copies have their own undoing.
Undoing arc_of(int64_t side) {
  return {Arc::Config{}, side * side, arc::kVocabulary,
          [=](Stream& stream) {
            const auto length = [&] {
              return 1 + static_cast<int64_t>(stream.below(static_cast<uint64_t>(side)));
            };
            arc::Grid grid{length(), length(), {}};
            grid.cells = random_tokens(stream, grid.rows * grid.columns, arc::kColours);
            Example canvas(static_cast<size_t>(side * side));
            arc::place(grid, 0, 0, canvas);
            return canvas;
          },
          [=](const Example& image, Stream) {
            const auto corner = arc::corner_of(image);
            Example moved(image.size(), arc::kPadding), back(image.size());
            std::copy(image.begin() + corner.row * side + corner.column, image.end(),
                      moved.begin());
            arc::place(arc::crop(moved), 0, 0, back);
            return back;
          }};
}

Undoing tokens_of() {
  return {TokenGrid::Config{}, 10, 5, [](Stream& stream) { return random_tokens(stream, 10, 5); },
          [](const Example& image, Stream) { return image; }};
}

}  // namespace

TEST_CASE("what a task draws for an example is undone by its inverse", "[unit]") {
  size_t kinds = 0;
  AnyTask::each([&](const auto&) { ++kinds; });
  std::set<std::string> tested;
  for (const auto& undoing :
       {sudoku_of({2, 2}), sudoku_of({2, 3}), sudoku_of({3, 3}), sudoku_of({4, 4}), maze_of(5),
        maze_of(30), arc_of(10), arc_of(30), tokens_of()}) {
    PackedInfo info;
    info.cells = undoing.cells;
    info.vocabulary = undoing.vocabulary;
    const auto task = undoing.task.create<Task>(info);
    INFO(undoing.task.kind() << " of " << undoing.cells << " cells");
    tested.insert(std::string(undoing.task.kind()));
    int changed = 0;
    for (uint64_t row = 0; row < 2000; ++row) {
      Stream examples(5, "examples", 0, row);
      const auto input = undoing.example(examples), label = undoing.example(examples);
      auto input_image = widened(input), label_image = widened(label);
      Stream stream(6, "augment", 0, row);
      const Stream drawn = stream;
      task->augment(input_image, label_image, stream);
      REQUIRE(undoing.undo(narrowed(input_image), drawn) == input);
      REQUIRE(undoing.undo(narrowed(label_image), drawn) == label);
      changed += input_image != widened(input) ? 1 : 0;
    }
    CHECK(task->augments() == (changed > 1000));
  }
  CHECK(tested.size() == kinds);
}

}  // namespace trm::data
