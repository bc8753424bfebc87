#pragma once

#include "data/dataset.h"
#include "data/scorer.h"
#include "data/tasks/arc/build.h"
#include "tests/scratch_folder.h"

namespace trm::data::arc {

inline Grid row(std::vector<uint8_t> cells) {
  const auto columns = static_cast<int64_t>(cells.size());
  return {1, columns, std::move(cells)};
}

// A task with two tests and one with one, three copies of each besides.
struct TwoTasks {
  ScratchFolder scratch;
  std::shared_ptr<const Dataset> data;

  TwoTasks() {
    const Puzzle a{.name = "a",
                   .train = {{row({1}), row({2})}},
                   .test = {{row({3, 4}), row({4, 3})}, {row({5}), row({6})}}};
    const Puzzle b{.name = "b", .train = {{row({1}), row({1})}}, .test = {{row({7, 8}), row({8})}}};
    auto progress = Progress::silent();
    const BuildRequest request{.subsets = {{{a, b}, true}}, .augmentations = 3};
    write_packed(scratch / "arc", build(request, progress));
    data = Dataset::open(scratch / "arc", "test");
  }

  static void put(const Grid& grid, std::vector<Token>& tokens) {
    std::vector<uint8_t> canvas(tokens.size());
    place(grid, 0, 0, canvas);
    tokens = widened(canvas);
  }
  // An example as its copy is.
  void read_copy(int64_t example, std::vector<Token>& input, std::vector<Token>& label) const {
    data->read(example, input, label);
    const auto copy = Transform::from_code(data->stored(example).augmentation);
    for (auto* tokens : {&input, &label}) put(copy.apply(crop(narrowed(*tokens))), *tokens);
  }
  // Gives the right answer to an example, or another.
  void answer(Scorer& scorer, int64_t example, bool right, double q_halt = 0) const {
    std::vector<Token> input(900), label(900);
    read_copy(example, input, label);
    const auto copy = Transform::from_code(data->stored(example).augmentation);
    if (!right) put(copy.apply(row({9, 9, 9})), label);
    scorer.add({example, input, label, q_halt});
  }
};

}  // namespace trm::data::arc
