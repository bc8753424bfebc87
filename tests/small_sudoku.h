#pragma once

#include "core/file.h"
#include "data/packed.h"
#include "data/tasks/sudoku/build.h"
#include "data/tasks/sudoku/generate.h"

namespace trm {

// A data folder of 4x4 Sudoku.
struct SmallSudoku {
  int64_t train = 200, test = 100;  // puzzles; with these, the ones that configs/tiny.yaml names
  std::pair<int, int> givens = {6, 8};
  uint64_t seed = 0;

  void write(const fs::path& folder) const {
    constexpr data::sudoku::Box kBox{2, 2};
    auto progress = Progress::silent();
    const auto made = data::sudoku::generate(
        {.box = kBox, .train = train, .test = test, .givens = givens, .seed = seed}, progress);
    data::PackedSet set;
    set.cells = kBox.cells();
    set.vocabulary = kBox.side() + 2;
    set.train = data::sudoku::pack(made.train, kBox);
    set.test = data::sudoku::pack(made.test, kBox);
    data::write_packed(folder, set);
  }
};

}  // namespace trm
