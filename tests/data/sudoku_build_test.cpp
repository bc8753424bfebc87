#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "data/tasks/sudoku/build.h"
#include "format/csv.h"
#include "format/npy.h"
#include "tests/catch.h"
#include "tests/golden_folder.h"

namespace trm::data::sudoku {
namespace {

// Row by row and without read_csv's checks: these synthetic questions have several solutions.
std::vector<Puzzle> source(const std::string& name) {
  format::CsvReader reader(golden_folder() / "data/sudoku_src" / name);
  const Box box{3, 3};
  std::vector<Puzzle> puzzles;
  reader.next();
  while (const auto row = reader.next()) {
    puzzles.push_back({parse_board(row->at(1), box), parse_board(row->at(2), box),
                       std::stoll(row->at(3)), row->at(0)});
  }
  return puzzles;
}

template <class Stored, class T>
void check_bytes(const format::NpyArray& array, format::DType dtype, const std::vector<T>& values) {
  const std::vector<Stored> stored(values.begin(), values.end());
  REQUIRE(array.dtype == dtype);
  REQUIRE(array.bytes.size() == stored.size() * sizeof(Stored));
  CHECK(std::memcmp(array.bytes.data(), stored.data(), array.bytes.size()) == 0);
}

void check_split(const PackedSplit& split, const std::string& name) {
  INFO(name);
  const auto array = [&](const std::string& field) {
    return format::read_npy(golden_folder() / "data/sudoku_out" / name /
                            ("all__" + field + ".npy"));
  };
  for (const auto& [field, tokens] :
       {std::pair("inputs", &split.inputs), std::pair("labels", &split.labels)}) {
    INFO(field);
    const format::NpyArray stored = array(field);
    const auto examples = static_cast<int64_t>(split.puzzle_ids.size());
    CHECK(stored.shape == std::vector<int64_t>{examples, 81});
    if (split.wide) {
      check_bytes<int64_t>(stored, format::DType::i64, *tokens);
    } else {
      check_bytes<uint8_t>(stored, format::DType::u8, *tokens);
    }
  }
  const auto check_i32 = [&](const std::string& field, const std::vector<int32_t>& values) {
    check_bytes<int32_t>(array(field), format::DType::i32, values);
  };
  check_i32("puzzle_identifiers", split.puzzle_ids);
  check_i32("puzzle_indices", split.puzzle_begin);
  check_i32("group_indices", split.group_begin);
}

}  // namespace

TEST_CASE("sudoku data in the reference's order are the reference's arrays", "[golden]") {
  // np.random.seed(2024), subsample 4, num_aug 5; the train split is made first.
  NumpyLegacy random(2024);
  check_split(pack_as_reference(source("train.csv"), Box{3, 3}, random, 4, 5), "train");
  check_split(pack(source("test.csv"), {3, 3}), "test");
}

TEST_CASE("without augmentation the reference's order is a choice, or the file's", "[unit]") {
  const auto train = source("train.csv");
  const auto total = static_cast<int64_t>(train.size());
  const PackedSplit plain = pack(train, {3, 3});
  NumpyLegacy first(7), second(7);
  for (const std::optional<int64_t>& all : {std::optional<int64_t>(), std::optional(total)}) {
    const PackedSplit split = pack_as_reference(train, Box{3, 3}, first, all, 0);
    CHECK(split.inputs == plain.inputs);
    CHECK(split.labels == plain.labels);
    CHECK_FALSE(split.wide);
  }
  // Nothing was drawn for that.
  CHECK(first.next32() == second.next32());

  NumpyLegacy third(7), fourth(7);
  const auto chosen = third.choice(total, 2);
  const PackedSplit split = pack_as_reference(train, Box{3, 3}, fourth, 2, 0);
  REQUIRE(split.ratings.size() == 2);
  for (size_t i = 0; i < 2; ++i) {
    CHECK(split.sources[i] == train[static_cast<size_t>(chosen[i])].source);
  }
}

TEST_CASE("packed puzzles keep their tokens, ratings and sources", "[unit]") {
  const Box box{2, 2};
  const Board answer = parse_board("1234341221434321", box);
  Board question = answer;
  question[1] = 0;
  const std::vector<Puzzle> puzzles = {{question, answer, 5, "a"}, {answer, answer, 0, "b"}};
  const PackedSplit split = pack(puzzles, box);
  CHECK(split.inputs.size() == 32);
  CHECK(std::vector<uint8_t>(split.inputs.begin(), split.inputs.begin() + 4) ==
        std::vector<uint8_t>{2, 1, 4, 5});
  CHECK(std::vector<uint8_t>(split.labels.begin(), split.labels.begin() + 4) ==
        std::vector<uint8_t>{2, 3, 4, 5});
  CHECK(split.puzzle_ids == std::vector<int32_t>{0, 0});
  CHECK(split.puzzle_begin == std::vector<int32_t>{0, 1, 2});
  CHECK(split.group_begin == std::vector<int32_t>{0, 1, 2});
  CHECK(split.ratings == std::vector<int32_t>{5, 0});
  CHECK(split.sources == std::vector<std::string>{"a", "b"});
  CHECK_FALSE(split.wide);
  CHECK_THROWS_AS(pack(puzzles, {3, 3}), std::logic_error);
  // Where one is not rated there are no ratings; sources are there where any is known.
  const PackedSplit unrated =
      pack(std::vector<Puzzle>{{question, answer, 5, ""}, {answer, answer}}, box);
  CHECK(unrated.ratings.empty());
  CHECK(unrated.sources.empty());
  CHECK(pack(std::vector<Puzzle>{{question, answer, 5, "a"}, {answer, answer}}, box).sources ==
        std::vector<std::string>{"a", ""});
}

TEST_CASE("an augmented puzzle is a group with the original first", "[unit]") {
  const auto train = source("train.csv");
  NumpyLegacy random(1);
  const PackedSplit split = pack_as_reference(train, Box{3, 3}, random, std::nullopt, 3);
  REQUIRE(split.puzzle_ids.size() == 4 * train.size());
  CHECK(split.wide);
  const PackedSplit plain = pack(train, {3, 3});
  for (size_t group = 0; group < train.size(); ++group) {
    CHECK(split.group_begin[group + 1] == static_cast<int32_t>(4 * (group + 1)));
    CHECK(std::memcmp(&split.inputs[group * 4 * 81], &plain.inputs[group * 81], 81) == 0);
    for (size_t i = 1; i < 4; ++i) {
      const uint8_t* label = &split.labels[(group * 4 + i) * 81];
      CHECK(std::memcmp(label, &plain.labels[group * 81], 81) != 0);
      Board digits(label, label + 81);
      for (uint8_t& digit : digits) --digit;
      CHECK(obeys_rules(digits, {3, 3}));
      CHECK(split.sources[group * 4 + i] == train[group].source);
    }
  }
}

}  // namespace trm::data::sudoku
