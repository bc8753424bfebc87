#include <nlohmann/json.hpp>

#include "data/loader.h"
#include "data/tasks/arc/build.h"
#include "data/tasks/arc/import.h"
#include "data/tasks/arc/task.h"
#include "format/json.h"
#include "tests/catch.h"
#include "tests/golden_folder.h"
#include "tests/scratch_folder.h"

namespace trm::data::arc {
namespace {

fs::path source(const std::string& set) {
  return golden_folder() / "data/arc_src" / ("arc_" + set);
}

// The sets of the golden builder, in its order.
std::vector<Puzzle> puzzles_of(const std::string& set) {
  auto silent = Progress::silent();
  return read_set(source(set), std::nullopt, silent).puzzles;
}

BuildRequest golden_request() {
  BuildRequest request{.augmentations = 6, .seed = 42};
  for (const auto* set : {"training", "evaluation", "concept"}) {
    request.subsets.push_back({puzzles_of(set), std::string(set) == "evaluation"});
  }
  return request;
}

void write(const fs::path& folder, const BuildRequest& request) {
  auto progress = Progress::silent();
  write_packed(folder, build(request, progress));
}

void check_equal_files(const fs::path& ours, const fs::path& theirs) {
  int compared = 0;
  for (const auto& entry : fs::recursive_directory_iterator(theirs)) {
    if (!entry.is_regular_file()) continue;
    const auto name = entry.path().lexically_relative(theirs);
    INFO(name);
    REQUIRE(fs::exists(ours / name));
    CHECK(read_text(ours / name) == read_text(entry.path()));
    ++compared;
  }
  CHECK(compared >= 14);
}

std::vector<std::vector<Token>> examples_of(const Dataset& data) {
  const auto cells = static_cast<size_t>(data.info().cells);
  const Arc task({.translate = false}, data.info());
  std::vector<std::vector<Token>> all;
  for (int64_t e = 0; e < data.examples(); ++e) {
    std::vector<Token> input(cells), label(cells);
    read_copy(data, &task, e, input, label);
    input.insert(input.end(), label.begin(), label.end());
    all.push_back(std::move(input));
  }
  return all;
}

// Whether two rows hold the same grids, wherever they lie.
bool same_grids(const std::vector<Token>& a, const std::vector<Token>& b, const Arc& task) {
  const auto half = a.size() / 2;
  const auto line = [&](const std::vector<Token>& row, size_t from) {
    return task.line({row.data() + from, half});
  };
  return line(a, 0) == line(b, 0) && line(a, half) == line(b, half);
}

TEST_CASE("with numpy's numbers a prebuilt folder is the reference's, byte for byte", "[golden]") {
  const ScratchFolder scratch;
  auto request = golden_request();
  request.numpy = request.prebuilt = true;
  write(scratch / "arc", request);
  check_equal_files(scratch / "arc", golden_folder() / "data/arc_out");
}

TEST_CASE("copies made while reading are those of a prebuilt folder, ids and all", "[golden]") {
  const ScratchFolder scratch;
  auto request = golden_request();
  for (const bool numpy : {false, true}) {
    request.numpy = numpy;
    const auto name = std::string(numpy ? "numpy" : "stream");
    request.prebuilt = true;
    write(scratch / (name + "_prebuilt"), request);
    request.prebuilt = false;
    write(scratch / (name + "_small"), request);
    for (const auto* split : {"train", "test"}) {
      INFO(name << " " << split);
      const auto whole = Dataset::open(scratch / (name + "_prebuilt"), split);
      const auto small = Dataset::open(scratch / (name + "_small"), split);
      CHECK(small->spec().puzzles == whole->spec().puzzles);
      CHECK(small->group_begin() == whole->group_begin());
      CHECK(small->puzzle_begin() == whole->puzzle_begin());
      REQUIRE(small->puzzles() == whole->puzzles());
      CHECK(small->info().mean_examples == whole->info().mean_examples);
      for (int64_t p = 0; p < small->puzzles(); ++p)
        CHECK(small->puzzle_id(p) == whole->puzzle_id(p));
      const Arc task({}, small->info());
      const auto a = examples_of(*small), b = examples_of(*whole);
      REQUIRE(a.size() == b.size());
      for (size_t e = 0; e < a.size(); ++e) CHECK(same_grids(a[e], b[e], task));
    }
  }
}

TEST_CASE("copy k of a task depends on the seed and the task alone", "[unit]") {
  const auto puzzles = puzzles_of("training");
  const auto some = draw_transforms(puzzles[1], 20, 7), more = draw_transforms(puzzles[1], 40, 7);
  REQUIRE(some.size() == 21);
  CHECK(some.front().identity());
  for (size_t k = 0; k < some.size(); ++k) CHECK(some[k] == more[k]);
  CHECK_FALSE(draw_transforms(puzzles[1], 20, 8)[1] == some[1]);
  CHECK_FALSE(draw_transforms(puzzles[2], 20, 7)[1] == some[1]);
}

TEST_CASE("a task of one colour and full symmetry has few copies", "[unit]") {
  const Grid black{2, 2, {0, 0, 0, 0}}, red{2, 2, {2, 2, 2, 2}};
  const Puzzle only_black{.name = "b", .train = {{black, black}}, .test = {}};
  CHECK(draw_transforms(only_black, 50, 1).size() == 1);
  const Puzzle one_colour{.name = "r", .train = {{red, black}}, .test = {}};
  CHECK(draw_transforms(one_colour, 50, 1).size() == 9);  // a colour of nine
}

TEST_CASE("a task without train pairs is tested and not trained on", "[unit]") {
  const ScratchFolder scratch;
  const Grid grid{1, 2, {1, 2}};
  const Puzzle whole{.name = "a", .train = {{grid, grid}}, .test = {{grid, grid}}};
  const Puzzle bare{.name = "b", .train = {}, .test = {{grid, grid}, {grid, grid}}};
  for (const bool prebuilt : {false, true}) {
    const auto name = prebuilt ? "prebuilt" : "small";
    write(scratch / name,
          {.subsets = {{{whole, bare}, true}}, .augmentations = 2, .prebuilt = prebuilt});
    const auto train = Dataset::open(scratch / name, "train"),
               test = Dataset::open(scratch / name, "test");
    CHECK(train->groups() == 1);
    CHECK(test->groups() == 2);
    CHECK(train->spec().puzzles == test->spec().puzzles);
    CHECK(test->examples() == 3 + 3 * 2);
  }
}

}  // namespace
}  // namespace trm::data::arc
