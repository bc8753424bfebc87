#include <functional>
#include <map>
#include <set>
#include <string>

#include "data/tasks/sudoku/givens.h"
#include "data/tasks/sudoku/symmetry.h"
#include "tests/catch.h"

namespace trm::data::sudoku {
namespace {

Board image(const Symmetry& symmetry, Cells board) {
  Board out(board.size());
  symmetry.apply(board, out);
  return out;
}

// A symmetry taken apart by what it does to boards.
struct Parts {
  bool transposed = false;
  std::vector<int> digits, bands, stacks;
  std::vector<std::vector<int>> rows, columns;  // within each band, each stack
};

// The order of the groups of `size` lines, and of the lines within each.
void split_lines(const std::vector<int>& lines, int size, std::vector<int>& groups,
                 std::vector<std::vector<int>>& within) {
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i % static_cast<size_t>(size) == 0) {
      groups.push_back(lines[i] / size);
      within.emplace_back();
    }
    REQUIRE(lines[i] / size == groups.back());
    within.back().push_back(lines[i] % size);
  }
}

Parts take_apart(const Symmetry& symmetry, Box box) {
  const int side = box.side(), cells = box.cells();
  Parts parts;
  for (int digit = 1; digit <= side; ++digit) {
    parts.digits.push_back(
        image(symmetry, Board(static_cast<size_t>(cells), static_cast<uint8_t>(digit)))[0]);
  }
  std::vector<int> from(static_cast<size_t>(cells));
  for (int cell = 0; cell < cells; ++cell) {
    Board one(static_cast<size_t>(cells));
    one[static_cast<size_t>(cell)] = 1;
    const Board moved = image(symmetry, one);
    for (size_t at = 0; at < moved.size(); ++at) {
      if (moved[at] != 0) from[at] = cell;
    }
  }
  parts.transposed = from[0] / side != from[1] / side;
  std::vector<int> rows, columns;
  for (int i = 0; i < side; ++i) {
    const int row = from[static_cast<size_t>(i * side)], column = from[static_cast<size_t>(i)];
    rows.push_back(parts.transposed ? row % side : row / side);
    columns.push_back(parts.transposed ? column / side : column % side);
  }
  split_lines(rows, box.rows, parts.bands, parts.rows);
  split_lines(columns, box.columns, parts.stacks, parts.columns);
  return parts;
}

// Pearson's statistic against `outcomes` outcomes of the same probability.
double chi_square(const std::map<std::vector<int>, int>& counts, int outcomes) {
  double total = 0, sum = 0;
  for (const auto& [outcome, count] : counts) total += count;
  const double expected = total / outcomes;
  for (const auto& [outcome, count] : counts) sum += (count - expected) * (count - expected);
  // Outcomes that never came count with their expectation squared.
  return sum / expected + expected * (outcomes - static_cast<int>(counts.size()));
}

// A puzzle with one solution.
struct Sample {
  Board question, answer;
};

Sample sample(Box box, uint64_t row) {
  const Solver solver(box);
  Stream stream(11, "sample", 0, row);
  const Board answer = solver.random_grid(stream);
  const int fewest = box.side() > 9 ? 130 : 0;
  return {dig(solver, answer, {fewest, 1000000}, stream), answer};
}

bool is_identity(const std::vector<int>& order) {
  for (size_t i = 0; i < order.size(); ++i) {
    if (order[i] != static_cast<int>(i)) return false;
  }
  return true;
}

bool all_identity(const std::vector<std::vector<int>>& orders) {
  bool identity = true;
  for (const auto& order : orders) identity = identity && is_identity(order);
  return identity;
}

}  // namespace

TEST_CASE("each generator of the sudoku symmetries is uniform", "[unit]") {
  constexpr int kDraws = 6000;
  const Box box{3, 3};
  std::map<std::string, std::map<std::vector<int>, int>> counts;
  for (int i = 0; i < kDraws; ++i) {
    Stream stream(5, "symmetry", 0, static_cast<uint64_t>(i));
    const Parts parts = take_apart(Symmetry(box, {}, stream), box);
    ++counts["transposed"][{parts.transposed}];
    ++counts["bands"][parts.bands];
    ++counts["stacks"][parts.stacks];
    for (size_t group = 0; group < 3; ++group) {
      ++counts["rows " + std::to_string(group)][parts.rows[group]];
      ++counts["columns " + std::to_string(group)][parts.columns[group]];
    }
    for (size_t digit = 0; digit < 9; ++digit) {
      ++counts["digit " + std::to_string(digit)][{parts.digits[digit] - 1}];
    }
  }
  REQUIRE(counts.size() == 18);
  for (const auto& [name, seen] : counts) {
    INFO(name);
    // One in ten thousand even draws is beyond these: 1, 8 and 5 degrees of freedom.
    if (name == "transposed") {
      CHECK(chi_square(seen, 2) < 15.1);
    } else if (name.starts_with("digit")) {
      CHECK(chi_square(seen, 9) < 31.8);
    } else {
      CHECK(chi_square(seen, 6) < 25.7);
    }
  }
}

TEST_CASE("each switch of the sudoku symmetries leaves its generator out", "[unit]") {
  using Switch = bool SymmetryConfig::*;
  const std::vector<std::pair<Switch, std::function<bool(const Parts&)>>> generators = {
      {&SymmetryConfig::digits,
       [](const Parts& parts) {
         std::vector<int> digits;
         for (const int digit : parts.digits) digits.push_back(digit - 1);
         return is_identity(digits);
       }},
      {&SymmetryConfig::bands, [](const Parts& parts) { return is_identity(parts.bands); }},
      {&SymmetryConfig::rows, [](const Parts& parts) { return all_identity(parts.rows); }},
      {&SymmetryConfig::stacks, [](const Parts& parts) { return is_identity(parts.stacks); }},
      {&SymmetryConfig::columns, [](const Parts& parts) { return all_identity(parts.columns); }},
      {&SymmetryConfig::transpose, [](const Parts& parts) { return !parts.transposed; }}};
  const Box box{3, 3};
  for (size_t off = 0; off < generators.size(); ++off) {
    SymmetryConfig config;
    config.*generators[off].first = false;
    std::vector<int> identities(generators.size());
    for (uint64_t i = 0; i < 100; ++i) {
      Stream stream(6, "symmetry", 0, i);
      const Parts parts = take_apart(Symmetry(box, config, stream), box);
      for (size_t g = 0; g < generators.size(); ++g) identities[g] += generators[g].second(parts);
    }
    for (size_t g = 0; g < generators.size(); ++g) {
      INFO("off: " << off << ", generator: " << g);
      CHECK((g == off ? identities[g] == 100 : identities[g] < 80));
    }
  }
}

TEST_CASE("boards whose blocks are not square are never transposed", "[unit]") {
  const Box box{2, 3};
  for (uint64_t i = 0; i < 200; ++i) {
    Stream stream(7, "symmetry", 0, i);
    CHECK_FALSE(take_apart(Symmetry(box, {}, stream), box).transposed);
  }
}

TEST_CASE("a puzzle has thousands of images, and each solves to its answer's image", "[unit]") {
  const Box box{3, 3};
  const Solver solver(box);
  const Sample puzzle = sample(box, 0);
  std::set<Board> images;
  for (uint64_t i = 0; i < 2000; ++i) {
    Stream stream(8, "symmetry", 0, i);
    const Symmetry symmetry(box, {}, stream);
    const Board question = image(symmetry, puzzle.question);
    const Solution solution = solver.solve(question, 2);
    REQUIRE(solution.count == 1);
    REQUIRE(solution.first == image(symmetry, puzzle.answer));
    images.insert(question);
  }
  CHECK(images.size() == 2000);
}

TEST_CASE("on every box an image solves to its image and the inverse undoes it", "[unit]") {
  for (const Box box : kBoxes) {
    INFO(to_string(box));
    const Solver solver(box);
    for (uint64_t i = 0; i < 20; ++i) {
      const Sample puzzle = sample(box, i);
      Stream stream(9, "symmetry", 0, i);
      const Symmetry symmetry(box, {}, stream);
      const Board question = image(symmetry, puzzle.question);
      const Board answer = image(symmetry, puzzle.answer);
      const Solution solution = solver.solve(question, 2);
      CHECK(solution.count == 1);
      CHECK(solution.first == answer);
      CHECK(count_givens(question) == count_givens(puzzle.question));
      CHECK(image(symmetry.inverse(), question) == puzzle.question);
      CHECK(image(symmetry.inverse(), answer) == puzzle.answer);
      CHECK(image(symmetry, image(symmetry.inverse(), answer)) == answer);
    }
  }
}

TEST_CASE("tokens are mapped as their digits are, and padding stays", "[unit]") {
  for (const Box box : kBoxes) {
    const Sample puzzle = sample(box, 0);
    Stream stream(10, "symmetry");
    const Symmetry symmetry(box, {}, stream);
    Board tokens;
    for (const uint8_t digit : puzzle.question) tokens.push_back(token(digit));
    Board out(tokens.size()), expected;
    symmetry.apply_to_tokens(tokens, out);
    for (const uint8_t digit : image(symmetry, puzzle.question)) expected.push_back(token(digit));
    CHECK(out == expected);
    const Board padding(tokens.size());
    symmetry.apply_to_tokens(padding, out);
    CHECK(out == padding);
  }
}

TEST_CASE("a board of another size is not mapped", "[unit]") {
  Stream stream(1, "symmetry");
  const Symmetry symmetry({2, 2}, {}, stream);
  Board small(15), right(16), large(300);
  CHECK_THROWS_AS(symmetry.apply(small, small), std::logic_error);
  CHECK_THROWS_AS(symmetry.apply(large, large), std::logic_error);
  CHECK_THROWS_AS(symmetry.apply_to_tokens(right, small), std::logic_error);
}

}  // namespace trm::data::sudoku
