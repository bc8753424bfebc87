#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/grid_symmetry.h"
#include "data/tasks/maze/build.h"
#include "data/tasks/maze/import.h"
#include "format/csv.h"
#include "tests/catch.h"
#include "tests/golden_folder.h"
#include "tests/scratch_folder.h"

namespace trm::data::maze {
namespace {

// Row by row and without read_csv's checks: paths of these synthetic mazes lead through walls.
std::vector<Puzzle> source(const std::string& name) {
  format::CsvReader reader(golden_folder() / "data/maze_src" / name);
  std::vector<Puzzle> puzzles;
  reader.next();
  while (const auto row = reader.next()) {
    puzzles.push_back({read_board(row->at(1), "question"), read_board(row->at(2), "answer"),
                       std::stoll(row->at(3)), row->at(0)});
  }
  return puzzles;
}

PackedSet golden_set() {
  PackedSet set;
  set.cells = 36;
  set.vocabulary = kVocabulary;
  set.train = pack(source("train.csv"), Copies::kSymmetries);
  set.test = pack(source("test.csv"));
  return set;
}

}  // namespace

TEST_CASE("an augmented maze folder is the reference's, byte for byte", "[golden]") {
  const ScratchFolder folder;
  write_packed(folder / "mazes", golden_set());
  const auto golden = golden_folder() / "data/maze_out";
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(golden)) {
    if (!entry.is_regular_file()) continue;
    const auto name = entry.path().lexically_relative(golden);
    INFO(name.string());
    CHECK(read_text(folder / "mazes" / name.string()) == read_text(entry.path()));
    ++files;
  }
  CHECK(files == 13);
}

TEST_CASE("an augmented maze is a group of its eight images", "[unit]") {
  const auto train = source("train.csv");
  const PackedSplit split = pack(train, Copies::kSymmetries), plain = pack(train);
  REQUIRE(split.puzzle_ids.size() == 8 * train.size());
  CHECK(plain.puzzle_ids.size() == train.size());
  CHECK_FALSE(split.wide);
  Grid back(36);
  for (size_t i = 0; i < split.puzzle_ids.size(); ++i) {
    const int undo = inverse(static_cast<int>(i % 8));
    apply_symmetry(undo, {6, 6}, std::span(split.inputs).subspan(i * 36, 36), back);
    CHECK(back == train[i / 8].question);
    apply_symmetry(undo, {6, 6}, std::span(split.labels).subspan(i * 36, 36), back);
    CHECK(back == train[i / 8].answer);
    CHECK(split.ratings[i] == train[i / 8].rating);
    CHECK(split.sources[i] == train[i / 8].source);
  }
  CHECK(split.group_begin[1] == 8);
  CHECK(plain.group_begin[1] == 1);
}

TEST_CASE("a written folder of mazes is read again", "[unit]") {
  const ScratchFolder folder;
  const auto set = golden_set();
  write_packed(folder / "mazes", set);
  const auto data = Dataset::open(folder / "mazes", "train");
  CHECK(data->groups() == 3);
  CHECK(data->examples() == 24);
  CHECK(data->rating(8) == 1);
  std::vector<data::Token> input(36), label(36);
  data->read(9, input, label);
  CHECK(narrowed(input) ==
        Grid(set.train.inputs.begin() + 9 * 36, set.train.inputs.begin() + 10 * 36));
}

}  // namespace trm::data::maze
