#include <set>

#include "data/tasks/sudoku/recipe.h"
#include "tests/catch.h"

namespace trm::data::sudoku {

TEST_CASE("a puzzle is a function of seed, stream, index and attempt", "[unit]") {
  const Recipe recipe({.box = {3, 3}, .seed = 1, .stream = "a"}, {});
  const auto question = [](const Recipe& from, int64_t index, int64_t attempt) {
    return from.draw(index, attempt)->question;
  };
  const Board first = question(recipe, 5, 0);
  CHECK(question(recipe, 5, 0) == first);
  CHECK(question(recipe, 6, 0) != first);
  CHECK(question(recipe, 5, 1) != first);
  CHECK(question(Recipe({.box = {3, 3}, .seed = 2, .stream = "a"}, {}), 5, 0) != first);
  CHECK(question(Recipe({.box = {3, 3}, .seed = 1, .stream = "b"}, {}), 5, 0) != first);
  CHECK_FALSE(recipe.available());
}

TEST_CASE("the number of givens is drawn again after some tries", "[unit]") {
  // Else a puzzle could never leave a number of givens whose puzzles are all taken.
  const Recipe recipe({.box = {2, 3}, .seed = 1, .stream = "a", .givens = std::pair(35, 36)},
                      grid_classes({2, 3}));
  std::vector<int> givens;
  for (int64_t attempt = 0; attempt < 640;) {
    const int64_t before = attempt;
    givens.push_back(count_givens(recipe.draw(0, attempt)->question));
    REQUIRE(attempt == before + 1);
  }
  for (size_t i = 0; i < givens.size(); ++i) CHECK(givens[i] == givens[i / 64 * 64]);
  CHECK(std::set<int>(givens.begin(), givens.end()) == std::set<int>{35, 36});
}

TEST_CASE("the least number reached is taken where the number drawn is not", "[unit]") {
  // No 6x6 puzzle has fewer than eight givens.
  const Recipe recipe({.box = {2, 3}, .seed = 1, .stream = "a", .givens = std::pair(1, 9)},
                      grid_classes({2, 3}));
  for (int64_t index = 0; index < 20; ++index) {
    int64_t attempt = 0;
    const int givens = count_givens(recipe.draw(index, attempt)->question);
    CHECK((givens == 8 || givens == 9));
  }
  const Recipe none({.box = {2, 3}, .seed = 1, .stream = "a", .givens = std::pair(1, 7)},
                    grid_classes({2, 3}));
  int64_t attempt = 0;
  CHECK_FALSE(none.draw(0, attempt));
  CHECK(attempt == 2048);
}

TEST_CASE("solutions are drawn from the classes given, and counted where that can be", "[unit]") {
  const auto all = grid_classes({2, 3});
  const Recipe recipe({.box = {2, 3}, .seed = 1, .stream = "a", .givens = std::pair(36, 36)},
                      {all[7], all[20]});
  CHECK(recipe.available() == all[7].grids + all[20].grids);
  std::set<Board> found;
  for (int64_t index = 0; index < 40; ++index) {
    int64_t attempt = 0;
    found.insert(least_image(recipe.draw(index, attempt)->answer, {2, 3}));
  }
  CHECK(found == std::set<Board>{all[7].form, all[20].form});
}

}  // namespace trm::data::sudoku
