#include "data/folders.h"

#include <nlohmann/json.hpp>

#include "data/tasks/arc/build.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm::data {
namespace {

// A folder of 2-cell examples. A puzzle of `names` has one example to train on and one to test on,
// whose first token is its number.
fs::path folder_of(const fs::path& path, const std::vector<std::string>& names, uint8_t first,
                   int64_t vocabulary = 9) {
  PackedSet set;
  set.cells = 2;
  set.vocabulary = vocabulary;
  set.identifiers.insert(set.identifiers.end(), names.begin(), names.end());
  for (auto* split : {&set.train, &set.test}) {
    for (size_t i = 0; i < names.size(); ++i) {
      const auto token = static_cast<uint8_t>(first + i);
      split->inputs.insert(split->inputs.end(), {token, 1});
      split->labels.insert(split->labels.end(), {token, 2});
      split->puzzle_ids.push_back(static_cast<int32_t>(i + 1));
      split->puzzle_begin.push_back(static_cast<int32_t>(i + 1));
      split->group_begin.push_back(static_cast<int32_t>(i + 1));
    }
  }
  write_packed(path, set);
  return path;
}

int first_token(const Dataset& data, int64_t example) {
  std::vector<Token> input(2), label(2);
  data.read(example, input, label);
  return input[0];
}

TEST_CASE("folders are used one after the other, each with puzzle ids of its own", "[unit]") {
  const ScratchFolder scratch;
  const auto a = folder_of(scratch / "a", {"x", "y"}, 3),
             b = folder_of(scratch / "b", {"x", "z"}, 5);
  const auto splits = open_folders({a, b}, {});
  for (const auto& data : {splits.train, splits.test}) {
    CHECK(data->examples() == 4);
    CHECK(data->puzzles() == 4);
    CHECK(data->groups() == 4);
    CHECK(data->spec().puzzles == 5);
    for (int64_t i = 0; i < 4; ++i) {
      CHECK(first_token(*data, i) == 3 + i);
      CHECK(data->puzzle_id(data->puzzle_of(i)) == i + 1);
    }
  }
  CHECK(splits.train->hash() != Dataset::open(a, "train")->hash());
  CHECK(splits.train->info().mean_examples == 1);
  // One folder is as it would be alone.
  CHECK(open_folders({a}, {}).train->hash() == Dataset::open(a, "train")->hash());
}

TEST_CASE("test folders of their own find their puzzles by name", "[unit]") {
  const ScratchFolder scratch;
  const auto a = folder_of(scratch / "a", {"x", "y"}, 3), b = folder_of(scratch / "b", {"z"}, 5),
             test = folder_of(scratch / "test", {"z", "x"}, 7);
  const auto splits = open_folders({a, b}, {test});
  CHECK(splits.test->examples() == 2);
  CHECK(splits.test->puzzle_id(0) == 3);
  CHECK(splits.test->puzzle_id(1) == 1);
  CHECK(splits.test->spec().puzzles == 4);
  const auto strange = folder_of(scratch / "strange", {"w"}, 7);
  CHECK(contains(error_of([&] {
                   open_folders({a, b}, {strange});
                 }),
                 "strange: 1 of 1 puzzles ('w') are in no training folder"));
}

TEST_CASE("copies that are made while reading are found by name and code", "[unit]") {
  const ScratchFolder scratch;
  const auto build = [&](const char* path, const std::vector<std::string>& names, int64_t copies) {
    arc::BuildRequest request{.subsets = {{{}, true}}, .augmentations = copies};
    for (const auto& name : names) {
      const arc::Pair pair{{1, 2, {1, 2}}, {1, 2, {3, 4}}};
      request.subsets[0].puzzles.push_back({.name = name, .train = {pair}, .test = {pair}});
    }
    auto progress = Progress::silent();
    write_packed(scratch / path, arc::build(request, progress));
    return scratch / path;
  };
  const auto train = build("train", {"x", "y"}, 3), test = build("test", {"y"}, 2);
  const auto splits = open_folders({train}, {test});
  REQUIRE(splits.test->puzzles() == 3);
  for (int64_t k = 0; k < 3; ++k) CHECK(splits.test->puzzle_id(k) == 1 + 4 + k);
  CHECK(splits.test->spec().puzzles == 1 + 2 * 4);
  const auto more = build("more", {"y"}, 9);
  CHECK(contains(
      error_of([&] { open_folders({train}, {more}); }),
      "more: 6 of 10 puzzles ('y, a copy', 'y, a copy', 'y, a copy' and 3 more) are in no"));
}

TEST_CASE("folders of different grids cannot be used together", "[unit]") {
  const ScratchFolder scratch;
  const auto a = folder_of(scratch / "a", {"x"}, 3), b = folder_of(scratch / "b", {"y"}, 3, 12);
  CHECK(contains(error_of([&] { open_folders({a, b}, {}); }), "b/train: not of the same grid as"));
}

TEST_CASE("the splits of a folder are of one grid and count the same puzzles", "[unit]") {
  const ScratchFolder scratch;
  const auto a = folder_of(scratch / "a", {"x"}, 3);
  const auto with_test_of = [&](const fs::path& other) {
    fs::remove_all(a / "test");
    fs::copy(other / "test", a / "test", fs::copy_options::recursive);
    return error_of([&] { open_folders({a}, {}); });
  };
  CHECK(contains(with_test_of(folder_of(scratch / "b", {"x"}, 3, 300)),
                 "a/test: not of the same grid as"));
  CHECK(contains(with_test_of(folder_of(scratch / "c", {"x", "y"}, 3)),
                 "a: train and test count different puzzle ids"));
  // A test folder of its own is of the same grid, too.
  const auto d = folder_of(scratch / "d", {"x"}, 3, 300);
  CHECK(contains(error_of([&] { open_folders({folder_of(scratch / "e", {"x"}, 3)}, {d}); }),
                 "d/test: not of the same grid as"));
}

TEST_CASE("names that are not one an id are an error", "[unit]") {
  const ScratchFolder scratch;
  const auto a = folder_of(scratch / "a", {"x"}, 3), test = folder_of(scratch / "test", {"x"}, 3);
  for (const auto* text : {"{}", "[\"<blank>\"]", "[\"<blank>\", 7]", "[1, 2"}) {
    scratch.file("test/identifiers.json", text);
    CHECK(contains(error_of([&] { open_folders({a}, {test}); }), "identifiers.json"));
  }
}

// HRM's builders write no total_puzzles.
TEST_CASE("a folder without total_puzzles opens", "[unit]") {
  const ScratchFolder scratch;
  const auto a = folder_of(scratch / "a", {"x", "y"}, 3);
  const auto path = a / "train/dataset.json";
  auto json = nlohmann::json::parse(read_text(path));
  REQUIRE(json.erase("total_puzzles") == 1);
  write_text(path, json.dump());
  CHECK(Dataset::open(a, "train")->examples() == 2);
}

}  // namespace
}  // namespace trm::data
