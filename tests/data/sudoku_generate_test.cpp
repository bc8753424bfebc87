#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/hash.h"
#include "data/tasks/sudoku/generate.h"
#include "data/tasks/sudoku/givens.h"
#include "data/tasks/sudoku/grid_class.h"
#include "tests/catch.h"

namespace trm::data::sudoku {
namespace {

using Range = std::pair<int, int>;

Generated made(const GenerateRequest& request) {
  Progress silent = Progress::silent();
  return generate(request, silent);
}

std::string lines(const std::vector<Puzzle>& puzzles) {
  std::string text;
  for (const Puzzle& puzzle : puzzles) {
    text += puzzle.source + "," + to_line(puzzle.question) + "," + to_line(puzzle.answer) + "," +
            std::to_string(*puzzle.rating) + "\n";
  }
  return text;
}

std::string lines(const Generated& both) { return lines(both.train) + "\n" + lines(both.test); }

std::set<Board> classes(const std::vector<Puzzle>& puzzles, Box box) {
  std::set<Board> forms;
  for (const Puzzle& puzzle : puzzles) forms.insert(least_image(puzzle.answer, box));
  return forms;
}

bool share(const std::set<Board>& a, const std::set<Board>& b) {
  return std::any_of(a.begin(), a.end(), [&](const Board& each) { return b.contains(each); });
}

}  // namespace

TEST_CASE("a set may have every 4x4 puzzle that there is, and not one more", "[unit]") {
  // 288 complete grids, of which one class has 96.
  const GenerateRequest all = {.box = {2, 2}, .train = 288, .givens = Range{16, 16}, .seed = 1};
  std::set<Board> grids;
  for (const Puzzle& puzzle : made(all).train) grids.insert(puzzle.answer);
  CHECK(grids.size() == 288);

  GenerateRequest more = all;
  more.train = 289;
  CHECK(error_of([&] { made(more); }) ==
        "train: there are 288 puzzles with 16 to 16 givens of 2x2 blocks for it, not 289; ask for "
        "fewer, or for other numbers of givens");
  more.train = more.test = 193;
  CHECK(contains(error_of([&] { made(more); }), "not 193"));
  // 25,728 puzzles with four givens is the known number of them.
  CHECK(contains(error_of([&] {
                   made({.box = {2, 2}, .train = 25729, .givens = Range{4, 4}, .seed = 1});
                 }),
                 "there are 25728 puzzles"));
  CHECK(contains(error_of([&] {
                   made({.box = {2, 2}, .train = 1, .givens = Range{1, 3}, .seed = 1});
                 }),
                 "there are 0 puzzles"));
}

TEST_CASE("generated puzzles of every box have one solution and are rated by the solver",
          "[unit]") {
  for (const Box box : kBoxes) {
    INFO(to_string(box));
    const bool large = box.side() > 9;
    const Generated both =
        made({.box = box, .train = large ? 3 : 100, .test = large ? 1 : 50, .seed = 4});
    const Solver solver(box);
    for (const auto* set : {&both.train, &both.test}) {
      std::set<Board> questions;
      for (const Puzzle& puzzle : *set) {
        const Solution solution = solver.solve(puzzle.question, 2);
        CHECK(solution.count == 1);
        CHECK(solution.first == puzzle.answer);
        CHECK(solution.guesses == puzzle.rating);
        CHECK(obeys_rules(puzzle.answer, box));
        CHECK(keeps_givens(puzzle.question, puzzle.answer));
        questions.insert(puzzle.question);
        for (size_t cell = 0; cell < puzzle.question.size() && !large; ++cell) {
          if (puzzle.question[cell] == 0) continue;
          Board fewer = puzzle.question;
          fewer[cell] = 0;
          REQUIRE(solver.solve(fewer, 2).count == 2);
        }
      }
      CHECK(questions.size() == set->size());
    }
    CHECK_FALSE(share(classes(both.train, box), classes(both.test, box)));
  }
}

TEST_CASE("a minimal 16x16 puzzle is proved minimal", "[unit]") {
  const Box box{4, 4};
  GenerateRequest request = {.box = box, .train = 1, .minimal = true, .seed = 2};
  const Puzzle puzzle = made(request).train.at(0);
  const Solver solver(box);
  for (size_t cell = 0; cell < puzzle.question.size(); ++cell) {
    if (puzzle.question[cell] == 0) continue;
    Board fewer = puzzle.question;
    fewer[cell] = 0;
    REQUIRE(solver.solve(fewer, 2).count == 2);
  }
  request.minimal = false;
  CHECK(count_givens(made(request).train.at(0).question) >= count_givens(puzzle.question));
}

TEST_CASE("the classes of 6x6 solutions are dealt out in proportion", "[unit]") {
  const Box box{2, 3};
  const auto split = [&](int64_t train, int64_t test) {
    const Generated both = made({.box = box, .train = train, .test = test, .seed = 5});
    const auto train_classes = classes(both.train, box), test_classes = classes(both.test, box);
    CHECK_FALSE(share(train_classes, test_classes));
    return std::pair(train_classes.size(), test_classes.size());
  };
  CHECK(split(900, 300) == std::pair<size_t, size_t>(37, 12));
  CHECK(split(300, 900) == std::pair<size_t, size_t>(12, 37));
  CHECK(split(1000, 1) == std::pair<size_t, size_t>(48, 1));
  CHECK(split(1000, 0) == std::pair<size_t, size_t>(49, 0));
  CHECK(split(0, 1000) == std::pair<size_t, size_t>(0, 49));
}

TEST_CASE("the number of givens is drawn evenly from its range", "[unit]") {
  std::map<int, int> counts;
  for (const Puzzle& puzzle :
       made({.box = {3, 3}, .train = 600, .givens = Range{26, 31}, .seed = 6}).train) {
    ++counts[count_givens(puzzle.question)];
  }
  CHECK(counts.size() == 6);
  for (const auto& [givens, count] : counts) {
    INFO(givens);
    CHECK((givens >= 26 && givens <= 31));
    CHECK((count > 65 && count < 135));  // 100 and less than four deviations
  }
  // The low end cannot be had of every grid, and the range is kept all the same.
  for (const Puzzle& puzzle :
       made({.box = {3, 3}, .train = 30, .givens = Range{20, 23}, .seed = 6}).train) {
    const int givens = count_givens(puzzle.question);
    CHECK((givens >= 20 && givens <= 23));
  }
}

TEST_CASE("the same request is the same puzzles on any number of threads", "[unit]") {
  const std::vector<GenerateRequest> requests = {
      {.box = {2, 2}, .train = 200, .test = 100, .givens = Range{4, 16}, .seed = 7},
      {.box = {2, 3}, .train = 200, .test = 100, .minimal = true, .seed = 7},
      {.box = {3, 3}, .train = 40, .test = 20, .givens = Range{22, 40}, .seed = 7},
      {.box = {4, 4}, .train = 3, .test = 2, .givens = Range{110, 150}, .seed = 7}};
  for (GenerateRequest request : requests) {
    INFO(to_string(request.box));
    request.threads = 1;
    const std::string one = lines(made(request));
    for (const int threads : {2, 5, 0}) {
      request.threads = threads;
      CHECK(lines(made(request)) == one);
    }
    request.seed = 8;
    CHECK(lines(made(request)) != one);
  }
}

TEST_CASE("a longer set begins with the shorter one", "[unit]") {
  const GenerateRequest request = {.box = {3, 3}, .train = 20, .seed = 9};
  GenerateRequest longer = request;
  longer.train = 40;
  CHECK(lines(made(longer)).starts_with(lines(made(request).train)));
}

TEST_CASE("generated puzzles keep their bytes", "[unit]") {
  const auto hash = [](const GenerateRequest& request) {
    return sha256_hex(lines(made(request))).substr(0, 16);
  };
  CHECK(hash({.box = {2, 2}, .train = 40, .test = 20, .seed = 1}) == "a5653792044a3d70");
  CHECK(hash({.box = {2, 3}, .train = 40, .test = 20, .seed = 1}) == "ef8244dcf8df2660");
  CHECK(hash({.box = {3, 3}, .train = 20, .test = 10, .givens = Range{22, 40}, .seed = 1}) ==
        "0d37e9945353f50d");
  CHECK(hash({.box = {4, 4}, .train = 2, .test = 1, .seed = 1}) == "ee55fad6d76db763");
}

TEST_CASE("what cannot be generated is an error", "[unit]") {
  CHECK(error_of([] {
          made({.box = {3, 3}});
        }) == "train 0, test 0: nothing to generate; ask for at least one puzzle");
  CHECK(contains(error_of([] {
                   made({.box = {3, 3}, .train = 1, .test = -1});
                 }),
                 "train 1, test -1: nothing to generate"));
  for (const Range& range : {Range{0, 30}, Range{31, 30}, Range{30, 82}}) {
    CHECK(contains(error_of([&] {
                     made({.box = {3, 3}, .train = 1, .givens = range});
                   }),
                   "no range of a 3x3 board; take 1:81 or a part of it"));
  }
  CHECK(contains(error_of([] {
                   made({.box = {3, 3}, .train = 1, .givens = Range{30, 40}, .minimal = true});
                 }),
                 "leave out minimal or givens"));
  CHECK(error_of([] {
          made({.box = {2, 3}, .train = 1, .givens = Range{5, 7}});
        }) ==
        "train: no puzzles with 5 to 7 givens of 2x3 blocks in 2048 tries; allow more givens");
}

}  // namespace trm::data::sudoku
