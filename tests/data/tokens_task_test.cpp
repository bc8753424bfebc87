#include "data/tasks.h"
#include "tests/catch.h"

namespace trm::data {
namespace {

PackedInfo info_of(int64_t cells, int64_t vocabulary) {
  PackedInfo info;
  info.cells = cells;
  info.vocabulary = vocabulary;
  return info;
}

TEST_CASE("data of any sizes has a task", "[unit]") {
  CHECK(task_that_fits(info_of(81, 11)).holds<Sudoku>());
  CHECK(task_that_fits(info_of(36, 8)).holds<Sudoku>());
  CHECK(task_that_fits(info_of(81, 13)).holds<TokenGrid>());
  CHECK(task_that_fits(info_of(20, 11)).holds<TokenGrid>());
  CHECK(fits(AnyTask(TokenGrid::Config{}), info_of(81, 11)));
  CHECK_FALSE(fits(AnyTask(Sudoku::Config{}), info_of(20, 11)));
}

TEST_CASE("tokens are read and written as numbers", "[unit]") {
  const TokenGrid task({}, info_of(4, 12));
  const auto tokens = task.parse(" 0 11\n3 7 ");
  CHECK(tokens == std::vector<Token>{0, 11, 3, 7});
  CHECK(task.line(tokens) == "0 11 3 7");
  CHECK(task.size_of(tokens) == 3);
  CHECK(task.draw(tokens, {}, "", "") == "   0  11\n   3   7\n");
  const bool marks[] = {false, true, false, false};
  CHECK(task.draw(tokens, marks, "<", ">") == "   0<  11>\n   3   7\n");
  CHECK(contains(error_of([&] { task.parse("0 12 3 7"); }), "token 2 is none of 0 to 11"));
  CHECK(contains(error_of([&] { task.parse("0 x 3 7"); }), "token 2 is none of"));
  CHECK(contains(error_of([&] { task.parse("0 1 3"); }), "3 tokens where the model takes 4"));
}

}  // namespace
}  // namespace trm::data
