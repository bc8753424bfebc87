#include "data/puzzle_names.h"

#include "tests/catch.h"

namespace trm::data {
namespace {

// Rows 1, 2, ... of these names.
PuzzleNames names_of_rows(const std::vector<PuzzleName>& rows) {
  PuzzleNames names(static_cast<int64_t>(rows.size()) + 1);
  for (size_t i = 0; i < rows.size(); ++i)
    names.set(static_cast<int64_t>(i) + 1, rows[i].puzzle, rows[i].copy);
  return names;
}

using Rows = std::vector<int32_t>;

TEST_CASE("puzzles are found by name and copy, wherever they stand", "[unit]") {
  const auto table = names_of_rows({{"a", 0}, {"a", 7}, {"b", 0}, {"b", 3}});
  CHECK(names_of_rows({{"b", 3}, {"a", 0}, {"c", 0}, {"a", 8}}).rows_in(table) ==
        Rows{0, 4, 1, -1, -1});
  CHECK(names_of_rows({{"b", 0}}).rows_in(table) == Rows{0, 3});
  CHECK(table.rows_in(table) == Rows{0, 1, 2, 3, 4});
  CHECK(table.at(2)->puzzle == "a");
  CHECK(table.at(2)->copy == 7);
  CHECK_FALSE(table.at(0));
}

TEST_CASE("a name that two folders have stands where it stood", "[unit]") {
  const auto table = names_of_rows({{"a", 0}, {"b", 0}, {"a", 0}});
  CHECK(table.rows_in(table) == Rows{0, 1, 2, 3});
  // Not all in their places: then the first of the name.
  CHECK(names_of_rows({{"b", 0}, {"a", 0}, {"a", 0}}).rows_in(table) == Rows{0, 2, 1, 1});
}

TEST_CASE("names go to a file and back, and damage is an error", "[unit]") {
  auto names = names_of_rows({{"a", 0}, {"a\n\"b\"", 12}, {"c", 2147483647}});
  CHECK(PuzzleNames::from(names.archive(), 4) == names);
  CHECK(PuzzleNames::from_json(names.json(), "x", 4) == names);
  CHECK(contains(error_of([&] { PuzzleNames::from(names.archive(), 5); }), "4 names of puzzles"));
  for (const char* text : {"[]", "{}", R"({"names": ["a"], "name": [-1, 1], "copy": [0, 0]})",
                           R"({"names": ["a"], "name": [-2, 0], "copy": [0, 0]})",
                           R"({"names": ["a"], "name": [-1, 0], "copy": [0, -1]})",
                           R"({"names": ["a"], "name": [-1, 0], "copy": [0, 1e99]})",
                           R"({"names": ["a"], "name": [-1, 0], "copy": [0, 99999999999]})",
                           R"({"names": [1], "name": [-1, 0], "copy": [0, 0]})",
                           R"({"names": ["a"], "name": [-1, 0], "copy": [0]})"}) {
    INFO(text);
    CHECK(contains(error_of([&] { PuzzleNames::from_json(text, "file", 2); }), "file: "));
  }
}

}  // namespace
}  // namespace trm::data
