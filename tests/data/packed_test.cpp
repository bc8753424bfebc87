#include "data/packed.h"

#include "core/file.h"
#include "data/dataset.h"
#include "data/tasks/sudoku/build.h"
#include "data/tasks/sudoku/generate.h"
#include "format/csv.h"
#include "format/npy.h"
#include "tests/catch.h"
#include "tests/golden_folder.h"
#include "tests/scratch_folder.h"
#include "tests/small_sudoku.h"

namespace trm::data {
namespace {

PackedSet small_set() {
  auto progress = Progress::silent();
  const auto made = sudoku::generate({.box = {2, 2}, .train = 6, .test = 3, .seed = 1}, progress);
  PackedSet set;
  set.cells = 16;
  set.vocabulary = 6;
  set.train = sudoku::pack(made.train, {2, 2});
  set.test = sudoku::pack(made.test, {2, 2});
  set.provenance = {"sudoku", "trm 0.0.0", "generate sudoku", {{"train.csv", "00"}}};
  return set;
}

std::vector<sudoku::Puzzle> read_golden(const std::string& name) {
  format::CsvReader reader(golden_folder() / "data/sudoku_src" / name);
  std::vector<sudoku::Puzzle> puzzles;
  reader.next();
  while (const auto row = reader.next()) {
    puzzles.push_back({sudoku::parse_board(row->at(1), {3, 3}),
                       sudoku::parse_board(row->at(2), {3, 3}), std::stoll(row->at(3)),
                       row->at(0)});
  }
  return puzzles;
}

// Rewrites one array of a folder.
template <class T>
void write_list(const fs::path& file, format::DType dtype, const std::vector<T>& values) {
  const int64_t shape[] = {static_cast<int64_t>(values.size())};
  format::write_npy(file, dtype, shape, std::as_bytes(std::span(values)));
}

struct Fault {
  const char* name;
  void (*damage)(const fs::path& folder);
  const char* message;
};

const Fault kFaults[] = {
    {"no folder", [](const fs::path& f) { fs::remove_all(f); }, "no such data folder"},
    {"no split", [](const fs::path& f) { fs::remove_all(f / "train"); }, "no split 'train'"},
    {"no metadata", [](const fs::path& f) { fs::remove(f / "train/dataset.json"); },
     "no such file"},
    {"metadata is not JSON", [](const fs::path& f) { write_text(f / "train/dataset.json", "{"); },
     "not valid JSON"},
    {"a key is missing",
     [](const fs::path& f) { write_text(f / "train/dataset.json", "{\"pad_id\": 0}"); },
     "no \"seq_len\" in it"},
    {"an array is missing", [](const fs::path& f) { fs::remove(f / "train/all__labels.npy"); },
     "all__labels.npy: no such file"},
    {"an array is truncated",
     [](const fs::path& f) { fs::resize_file(f / "train/all__inputs.npy", 200); },
     "bytes of numbers where its shape needs"},
    {"an array is empty", [](const fs::path& f) { write_text(f / "train/all__inputs.npy", ""); },
     "not a .npy file"},
    {"rows of another length",
     [](const fs::path& f) {
       const std::vector<uint8_t> tokens(12, 1);
       const int64_t shape[] = {6, 2};
       format::write_npy(f / "train/all__inputs.npy", format::DType::u8, shape,
                         std::as_bytes(std::span(tokens)));
     },
     "rows that do not have the 16 cells"},
    {"offsets do not end at the examples",
     [](const fs::path& f) {
       write_list<int32_t>(f / "train/all__puzzle_indices.npy", format::DType::i32,
                           {0, 1, 2, 3, 4, 5, 7});
     },
     "offsets that end at 7 where there are 6"},
    {"offsets fall",
     [](const fs::path& f) {
       write_list<int32_t>(f / "train/all__group_indices.npy", format::DType::i32, {0, 3, 2, 6});
     },
     "offsets that do not rise"},
    {"an identifier out of range",
     [](const fs::path& f) {
       write_list<int32_t>(f / "train/all__puzzle_identifiers.npy", format::DType::i32,
                           {0, 0, 0, 0, 0, 1});
     },
     "identifier 1 where dataset.json counts 1"},
    {"ratings of another number",
     [](const fs::path& f) {
       write_list<int32_t>(f / "train/all__ratings.npy", format::DType::i32, {1, 2});
     },
     "not one whole number an example"},
};

}  // namespace

TEST_CASE("a written folder reads back", "[unit]") {
  const ScratchFolder scratch;
  const auto set = small_set();
  write_packed(scratch / "set", set);
  const auto data = Dataset::open(scratch / "set", "train");
  CHECK(data->examples() == 6);
  CHECK(data->groups() == 6);
  CHECK(data->spec().cells == 16);
  CHECK(data->spec().vocabulary == 6);
  CHECK(data->spec().puzzles == 1);
  std::vector<Token> input(16), label(16);
  for (int64_t i = 0; i < 6; ++i) {
    data->read(i, input, label);
    const auto at = static_cast<size_t>(i) * 16;
    CHECK(input == widened(std::span(set.train.inputs).subspan(at, 16)));
    CHECK(label == widened(std::span(set.train.labels).subspan(at, 16)));
    CHECK(data->rating(i) == set.train.ratings[static_cast<size_t>(i)]);
  }
}

TEST_CASE("the same set is the same bytes, and a changed file is found", "[unit]") {
  const ScratchFolder scratch;
  write_packed(scratch / "a", small_set());
  write_packed(scratch / "b", small_set());
  CHECK(read_text(scratch / "a/provenance.json") == read_text(scratch / "b/provenance.json"));
  CHECK(Dataset::open(scratch / "a", "test")->hash() ==
        Dataset::open(scratch / "b", "test")->hash());
  CHECK(inspect_folder(scratch / "a").changed.empty());
  write_text(scratch / "a/identifiers.json", "[]");
  CHECK(inspect_folder(scratch / "a").changed == std::vector<std::string>{"identifiers.json"});
}

TEST_CASE("a folder is never written over another", "[unit]") {
  const ScratchFolder scratch;
  write_packed(scratch / "set", small_set());
  const auto before = read_text(scratch / "set/provenance.json");
  CHECK(contains(error_of([&] { write_packed(scratch / "set", small_set()); }), "already there"));
  CHECK(read_text(scratch / "set/provenance.json") == before);
}

TEST_CASE("a faulty data folder is refused with the file's name", "[unit]") {
  for (const auto& fault : kFaults) {
    INFO(fault.name);
    const ScratchFolder scratch;
    write_packed(scratch / "set", small_set());
    Dataset::open(scratch / "set", "train");
    fault.damage(scratch / "set");
    const auto message = error_of([&] { Dataset::open(scratch / "set", "train"); });
    INFO(message);
    CHECK(contains(message, fault.message));
    CHECK(contains(message, (scratch / "set").string()));
  }
}

TEST_CASE("ratings beyond what a table can say are refused", "[unit]") {
  const ScratchFolder scratch;
  const auto folder = scratch / "data";
  SmallSudoku{.train = 3, .test = 2}.write(folder);
  const auto with = [&](int64_t low, int64_t high) {
    const int64_t values[] = {low, high, 1}, shape[] = {3};
    format::write_npy(folder / "train/all__ratings.npy", format::DType::i64, shape,
                      std::as_bytes(std::span(values)));
    return Dataset::open(folder, "train")->rating(1);
  };
  CHECK(with(0, INT32_MAX) == INT32_MAX);
  CHECK(contains(error_of([&] { with(INT64_MIN, INT64_MIN + 12); }), "all__ratings.npy: "));
  CHECK(contains(error_of([&] { with(3, int64_t{1} << 40); }),
                 "not from 0 to 2147483647: 1099511627776"));
}

TEST_CASE("a token outside the vocabulary is found when it is read", "[unit]") {
  const ScratchFolder scratch;
  auto set = small_set();
  set.train.inputs[17] = 6;
  write_packed(scratch / "set", set);
  const auto data = Dataset::open(scratch / "set", "train");
  std::vector<Token> input(16), label(16);
  data->read(0, input, label);
  CHECK(contains(error_of([&] { data->read(1, input, label); }),
                 "example 1, cell 1: token 6 in a vocabulary of 6"));
}

TEST_CASE("a Sudoku folder is the reference builder's, byte for byte", "[golden]") {
  const ScratchFolder scratch;
  NumpyLegacy random(2024);
  PackedSet set;
  set.cells = 81;
  set.vocabulary = 11;
  set.train = sudoku::pack_as_reference(read_golden("train.csv"), sudoku::Box{3, 3}, random, 4, 5);
  set.test = sudoku::pack(read_golden("test.csv"), {3, 3});
  write_packed(scratch / "out", set);
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(golden_folder() / "data/sudoku_out")) {
    if (!entry.is_regular_file()) continue;
    const auto name = entry.path().lexically_relative(golden_folder() / "data/sudoku_out");
    INFO(name);
    const auto golden = read_text(entry.path());
    CHECK((golden == read_text(scratch / "out" / name.string())));
    ++files;
  }
  CHECK(files == 13);
}

}  // namespace trm::data
