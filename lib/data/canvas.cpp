#include "data/canvas.h"

#include <set>

#include "core/error.h"
#include "data/square.h"

namespace trm::data {
namespace {

// Ids of the puzzles that stand for their groups, by whether all examples of theirs fit.
void sort_puzzles(const Dataset& data, const Task& task, int64_t side, std::set<int32_t>& fit,
                  std::set<int32_t>& too_large) {
  std::vector<Token> input(static_cast<size_t>(data.info().cells)), label(input.size());
  for (int64_t g = 0; g < data.groups(); ++g) {
    const auto first = static_cast<size_t>(data.group_begin()[static_cast<size_t>(g)]);
    bool fits = true;
    for (auto e = data.puzzle_begin()[first]; fits && e < data.puzzle_begin()[first + 1]; ++e) {
      data.read(e, input, label);
      fits = task.canvas_side(input) <= side && task.canvas_side(label) <= side;
      if (!fits && task.content_side(input) <= side && task.content_side(label) <= side) {
        throw Error("data.canvas: " + data.name() + ": grids that fit " + std::to_string(side) +
                    "x" + std::to_string(side) +
                    " lie elsewhere on its canvas; build the folder without --prebuilt");
      }
    }
    (fits ? fit : too_large).insert(data.puzzle_id(static_cast<int64_t>(first)));
  }
}

std::vector<int64_t> groups_that_fit(const Dataset& data, const std::set<int32_t>& too_large) {
  std::vector<int64_t> groups;
  for (int64_t g = 0; g < data.groups(); ++g) {
    const auto id = data.puzzle_id(data.group_begin()[static_cast<size_t>(g)]);
    if (!too_large.contains(id)) groups.push_back(g);
  }
  return groups;
}

// New numbers for the ids that the groups' puzzles have, in their order.
void number(const Dataset& data, const std::vector<int64_t>& groups, std::vector<int32_t>& rows,
            int32_t& next) {
  for (const auto g : groups) {
    const auto end = data.group_begin()[static_cast<size_t>(g) + 1];
    for (auto puzzle = data.group_begin()[static_cast<size_t>(g)]; puzzle < end; ++puzzle) {
      auto& row = rows[static_cast<size_t>(data.puzzle_id(puzzle))];
      if (row == 0 && data.puzzle_id(puzzle) != 0) row = next++;
    }
  }
}

}  // namespace

Splits crop_to_canvas(const Splits& splits, const Task& task, int64_t side) {
  const auto full = square_side(static_cast<size_t>(splits.train->info().cells));
  if (full * full != splits.train->info().cells || side > full) {
    throw Error("data.canvas: " + std::to_string(side) + "x" + std::to_string(side) +
                " is no part of " + splits.train->name() + ", whose grids have " +
                std::to_string(splits.train->info().cells) + " cells; lower it or leave it out");
  }
  std::set<int32_t> fit, too_large;
  sort_puzzles(*splits.train, task, side, fit, too_large);
  sort_puzzles(*splits.test, task, side, fit, too_large);
  const auto train = groups_that_fit(*splits.train, too_large);
  const auto test = groups_that_fit(*splits.test, too_large);
  if (train.empty() || test.empty()) {
    throw Error("data.canvas: no puzzle of " + splits.train->name() + " and its tests fits " +
                std::to_string(side) + "x" + std::to_string(side) + "; raise it");
  }
  std::vector<int32_t> rows(static_cast<size_t>(splits.train->info().puzzle_ids));
  int32_t next = 1;
  number(*splits.train, train, rows, next);
  number(*splits.test, test, rows, next);
  return {splits.train->select(train, rows, next, side),
          splits.test->select(test, rows, next, side)};
}

}  // namespace trm::data
