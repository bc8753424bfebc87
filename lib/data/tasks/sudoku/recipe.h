#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/tasks/sudoku/givens.h"
#include "data/tasks/sudoku/grid_class.h"
#include "data/tasks/sudoku/puzzle.h"

namespace trm::data::sudoku {

// How the puzzles of one generated set are drawn. Puzzle `index` is a function of (seed, stream
// name, index, attempt) alone, so the set does not depend on the number of threads.
struct RecipeConfig {
  Box box;
  uint64_t seed = 0;
  std::string stream = {};                         // the name of its random stream
  std::optional<std::pair<int, int>> givens = {};  // fewest and most; without: minimal puzzles
  bool proved = false;                             // of 4x4 blocks: whether that must be certain
};

class Recipe {
 public:
  // Solutions are drawn evenly from the classes, or among all grids when there is none.
  Recipe(RecipeConfig config, std::vector<GridClass> classes);

  // The next candidate for puzzle `index`, with its rating; `attempt`, 0 at first, counts tries.
  // Nothing after many tries without a puzzle that fits.
  //
  // Without a range, givens are taken away until none can be left out (of 2x2 blocks: any such
  // choice of givens with the same probability). With 4x4 blocks, unless it must be proved, a given
  // stays when a search of 1,000 guesses cannot tell whether it is needed: 60 ms a puzzle for 360
  // ms with a long tail, and two givens more. With a range, the number of givens is drawn evenly
  // from it; where it is not reached in some tries, the least number reached is taken if it is in
  // the range.
  std::optional<Puzzle> draw(int64_t index, int64_t& attempt) const;

  // How many distinct puzzles there are, where that is known.
  std::optional<int64_t> available() const { return available_; }

 private:
  struct Choice {
    size_t form;
    uint16_t cells;
  };

  void list_choices(const std::vector<GridClass>& classes);
  Puzzle draw_choice(Stream& stream) const;
  Board draw_grid(Stream& stream) const;
  Puzzle rated(Board question, Board answer) const;

  RecipeConfig config_;
  Solver solver_;
  std::vector<Board> forms_;
  // Of 2x2 blocks: everything that may be drawn, one list for each number of givens with a range,
  // or a single list without.
  std::vector<std::vector<Choice>> choices_;
  std::optional<int64_t> available_;
};

}  // namespace trm::data::sudoku
