#include "data/tasks/sudoku/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "data/parallel.h"
#include "data/tasks/sudoku/grid_class.h"
#include "data/tasks/sudoku/recipe.h"

namespace trm::data::sudoku {
namespace {

// Larger blocks have so many classes that two random grids are never of the same one in practice.
bool has_few_classes(Box box) { return box.side() <= 6; }

void check(const GenerateRequest& request) {
  const Box box = request.box;
  if (request.train < 0 || request.test < 0 || request.train + request.test == 0) {
    throw Error(fmt::format("train {}, test {}: nothing to generate; ask for at least one puzzle",
                            request.train, request.test));
  }
  if (request.minimal && request.givens) {
    throw Error(
        "minimal: a minimal puzzle has as many givens as it needs; leave out minimal or givens");
  }
  if (!request.givens) return;
  const auto [low, high] = *request.givens;
  if (low < 1 || low > high || high > box.cells()) {
    throw Error(fmt::format("givens {}:{}: no range of a {} board; take 1:{} or a part of it", low,
                            high, to_string(box), box.cells()));
  }
}

std::string wanted(const GenerateRequest& request) {
  if (!request.givens) return "minimal puzzles";
  return fmt::format("puzzles with {} to {} givens", request.givens->first, request.givens->second);
}

struct Classes {
  std::vector<GridClass> train, test;
};

// Deals the classes out in proportion to the sizes of the sets, at least one to each that is asked
// for.
Classes split_classes(const GenerateRequest& request) {
  if (!has_few_classes(request.box)) return {};
  std::vector<GridClass> all = grid_classes(request.box);
  Stream stream(request.seed, "sudoku classes");
  stream.shuffle(std::span(all));
  // Rounded in integers, which every machine does alike.
  const auto size = static_cast<int64_t>(all.size());
  const int64_t total = request.train + request.test;
  int64_t count = (2 * request.train * size + total) / (2 * total);
  count = std::clamp<int64_t>(count, request.train > 0 ? 1 : 0, size - (request.test > 0 ? 1 : 0));
  const auto middle = all.begin() + count;
  return {{all.begin(), middle}, {middle, all.end()}};
}

// One of the two sets.
struct Part {
  const GenerateRequest& request;
  std::string name;  // "train" or "test"
  int64_t count;
  std::vector<GridClass> classes;
};

// `avoided` are the least images of solutions that must not occur.
std::vector<Puzzle> make(const Part& part, const std::set<Board>& avoided, Progress& progress,
                         int64_t done_before) {
  const GenerateRequest& request = part.request;
  const Recipe recipe(
      {request.box, request.seed, "sudoku " + part.name, request.givens, request.minimal},
      part.classes);
  if (recipe.available() && *recipe.available() < part.count) {
    throw Error(fmt::format(
        "{}: there are {} {} of {} blocks for it, not {}; ask for fewer, or for "
        "other numbers of givens",
        part.name, *recipe.available(), wanted(request), to_string(request.box), part.count));
  }
  std::vector<Puzzle> puzzles(static_cast<size_t>(part.count));
  std::vector<int64_t> attempts(puzzles.size());
  const auto draw = [&](size_t i) {
    std::optional<Puzzle> puzzle;
    do {
      puzzle = recipe.draw(static_cast<int64_t>(i), attempts[i]);
    } while (puzzle && !avoided.empty() &&
             avoided.contains(least_image(puzzle->answer, request.box)));
    if (puzzle) puzzles[i] = std::move(*puzzle);
    return puzzle.has_value();
  };
  in_parallel(
      part.count, request.threads,
      [&](int64_t i) {
        if (draw(static_cast<size_t>(i))) return;
        throw Error(fmt::format("{}: no {} of {} blocks in {} tries; allow more givens", part.name,
                                wanted(request), to_string(request.box),
                                attempts[static_cast<size_t>(i)]));
      },
      [&](int64_t done) { progress.update(done_before + done); });
  // In the order of the indices the first of equal puzzles stays and the others are drawn again.
  std::set<Board> seen;
  for (size_t i = 0; i < puzzles.size(); ++i) {
    while (!seen.insert(puzzles[i].question).second) {
      if (draw(i)) continue;
      throw Error(
          fmt::format("{}: only {} distinct {} of {} blocks were found; ask for fewer, or "
                      "for other numbers of givens",
                      part.name, i, wanted(request), to_string(request.box)));
    }
  }
  return puzzles;
}

// The least images of the solutions.
std::set<Board> classes_of(const std::vector<Puzzle>& puzzles, const GenerateRequest& request) {
  std::vector<Board> forms(puzzles.size());
  in_parallel(static_cast<int64_t>(puzzles.size()), request.threads, [&](int64_t i) {
    const auto index = static_cast<size_t>(i);
    forms[index] = least_image(puzzles[index].answer, request.box);
  });
  return {std::make_move_iterator(forms.begin()), std::make_move_iterator(forms.end())};
}

}  // namespace

Generated generate(const GenerateRequest& request, Progress& progress) {
  check(request);
  Classes classes = split_classes(request);
  Generated made;
  made.train = make({request, "train", request.train, std::move(classes.train)}, {}, progress, 0);
  std::set<Board> avoided;
  if (request.test > 0 && !has_few_classes(request.box)) avoided = classes_of(made.train, request);
  made.test = make({request, "test", request.test, std::move(classes.test)}, avoided, progress,
                   request.train);
  return made;
}

}  // namespace trm::data::sudoku
