#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>

#include "data/tasks/sudoku/grid_class.h"
#include "data/tasks/sudoku/solver.h"
#include "data/tasks/sudoku/symmetry.h"
#include "tests/catch.h"

namespace trm::data::sudoku {
namespace {

using Order = std::vector<size_t>;

// Every order of `side` lines that keeps groups of `size` together.
std::vector<Order> line_orders(size_t side, size_t size) {
  std::vector<Order> all;
  Order groups(side / size);
  std::iota(groups.begin(), groups.end(), size_t{0});
  do {
    std::vector<Order> partial(1);
    for (const size_t group : groups) {
      std::vector<Order> longer;
      for (const Order& start : partial) {
        Order inner(size);
        std::iota(inner.begin(), inner.end(), size_t{0});
        do {
          longer.push_back(start);
          for (const size_t line : inner) longer.back().push_back(group * size + line);
        } while (std::next_permutation(inner.begin(), inner.end()));
      }
      partial = longer;
    }
    all.insert(all.end(), partial.begin(), partial.end());
  } while (std::next_permutation(groups.begin(), groups.end()));
  return all;
}

Board transpose(Cells grid, size_t side) {
  Board out(grid.size());
  for (size_t cell = 0; cell < grid.size(); ++cell)
    out[cell % side * side + cell / side] = grid[cell];
  return out;
}

// The least image by trying every order of rows and columns; digits are named as they come.
Board least_by_force(Cells grid, Box box) {
  const auto side = static_cast<size_t>(box.side());
  static std::map<int, std::pair<std::vector<Order>, std::vector<Order>>> orders;
  auto& [rows, columns] = orders[box.rows * 10 + box.columns];
  if (rows.empty()) {
    rows = line_orders(side, static_cast<size_t>(box.rows));
    columns = line_orders(side, static_cast<size_t>(box.columns));
  }
  std::vector<Board> boards = {Board(grid.begin(), grid.end())};
  if (box.rows == box.columns) boards.push_back(transpose(grid, side));
  Board best(grid.size(), 255);
  for (const Board& board : boards) {
    for (const Order& row : rows) {
      for (const Order& column : columns) {
        std::array<uint8_t, 17> name{};
        uint8_t named = 0;
        bool less = false;
        for (size_t cell = 0; cell < best.size(); ++cell) {
          uint8_t& digit = name[board[row[cell / side] * side + column[cell % side]]];
          if (digit == 0) digit = ++named;
          if (!less && digit > best[cell]) break;
          less = less || digit < best[cell];
          best[cell] = digit;
        }
      }
    }
  }
  return best;
}

Board random_grid(Box box, uint64_t row) {
  Stream stream(21, "grid class", 0, row);
  return Solver(box).random_grid(stream);
}

// The grid whose rows are shifts of the first: it has many symmetries.
Board shifted_grid(Box box) {
  Board grid;
  const int side = box.side();
  for (int row = 0; row < side; ++row) {
    const int shift = row % box.rows * box.columns + row / box.rows;
    for (int column = 0; column < side; ++column) {
      grid.push_back(static_cast<uint8_t>((column + shift) % side + 1));
    }
  }
  REQUIRE(obeys_rules(grid, box));
  return grid;
}

}  // namespace

TEST_CASE("grids of 2x2 blocks are of two classes, of 2x3 blocks of 49", "[unit]") {
  const auto four = grid_classes({2, 2});
  REQUIRE(four.size() == 2);
  CHECK(std::min(four[0].grids, four[1].grids) == 96);
  CHECK(four[0].grids + four[1].grids == 288);
  const auto six = grid_classes({2, 3});
  CHECK(six.size() == 49);
  int64_t grids = 0;
  for (const GridClass& each : six) {
    grids += each.grids;
    CHECK(obeys_rules(each.form, {2, 3}));
    CHECK(least_image(each.form, {2, 3}) == each.form);
    // A class is an orbit, so its size divides that of the group.
    CHECK(6 * 48 * 72 * 120 % each.grids == 0);
  }
  CHECK(grids == 28'200'960);
  CHECK(std::is_sorted(six.begin(), six.end(),
                       [](const auto& a, const auto& b) { return a.form < b.form; }));
  CHECK_THROWS_AS(grid_classes({3, 3}), std::logic_error);
}

TEST_CASE("random grids find every class of the small boxes and no other", "[unit]") {
  for (const Box box : {Box{2, 2}, Box{2, 3}}) {
    std::set<Board> known, found;
    for (const GridClass& each : grid_classes(box)) known.insert(each.form);
    for (uint64_t i = 0; i < 10000; ++i) found.insert(least_image(random_grid(box, i), box));
    CHECK(found == known);
  }
}

TEST_CASE("the least image is that of trying every element of the group", "[unit]") {
  for (const Box box : {Box{2, 2}, Box{2, 3}}) {
    INFO(to_string(box));
    for (uint64_t i = 0; i < 150; ++i) {
      const Board grid = random_grid(box, i);
      REQUIRE(least_image(grid, box) == least_by_force(grid, box));
    }
    for (const GridClass& each : grid_classes(box)) {
      REQUIRE(least_by_force(each.form, box) == each.form);
    }
    CHECK(least_image(shifted_grid(box), box) == least_by_force(shifted_grid(box), box));
  }
  const Box box{3, 3};
  for (uint64_t i = 0; i < 4; ++i) {
    const Board grid = random_grid(box, i);
    CHECK(least_image(grid, box) == least_by_force(grid, box));
  }
  CHECK(least_image(shifted_grid(box), box) == least_by_force(shifted_grid(box), box));
}

TEST_CASE("the least image of a grid does not change with the grid's symmetries", "[unit]") {
  for (const Box box : kBoxes) {
    INFO(to_string(box));
    const uint64_t grids = box.side() > 9 ? 10 : 50;
    for (uint64_t i = 0; i <= grids; ++i) {
      const Board grid = i == grids ? shifted_grid(box) : random_grid(box, i);
      const Board least = least_image(grid, box);
      CHECK(obeys_rules(least, box));
      CHECK(least <= grid);
      CHECK(least_image(least, box) == least);
      Board moved(grid.size());
      for (uint64_t row = 0; row < 4; ++row) {
        Stream stream(22, "grid class", i, row);
        Symmetry(box, {}, stream).apply(grid, moved);
        CHECK(least_image(moved, box) == least);
      }
    }
  }
}

TEST_CASE("random grids of the large boxes are of different classes", "[unit]") {
  std::set<Board> nine, sixteen;
  for (uint64_t i = 0; i < 300; ++i) nine.insert(least_image(random_grid({3, 3}, i), {3, 3}));
  for (uint64_t i = 0; i < 20; ++i) sixteen.insert(least_image(random_grid({4, 4}, i), {4, 4}));
  CHECK(nine.size() == 300);
  CHECK(sixteen.size() == 20);
}

TEST_CASE("only a complete grid has a class", "[unit]") {
  Board grid = shifted_grid({2, 2});
  grid[3] = 0;
  CHECK_THROWS_AS(least_image(grid, {2, 2}), std::logic_error);
}

}  // namespace trm::data::sudoku
