#include "data/augmentations.h"

#include "data/loader.h"
#include "data/tasks.h"
#include "data/tasks/arc/build.h"
#include "format/npy.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm::data {
namespace {

template <class T>
void write_list(const fs::path& file, format::DType type, const std::vector<T>& values) {
  const int64_t shape[] = {static_cast<int64_t>(values.size())};
  format::write_npy(file, type, shape, std::as_bytes(std::span(values)));
}

// Three identifiers with five codes: the blank one, and two tasks with a copy each.
fs::path arc_folder(const ScratchFolder& scratch) {
  const arc::Pair pair{{1, 2, {1, 2}}, {1, 2, {3, 4}}}, other{{1, 2, {5, 2}}, {1, 2, {3, 4}}};
  const arc::BuildRequest request{.subsets = {{{{.name = "x", .train = {pair}, .test = {pair}},
                                                {.name = "y", .train = {other}, .test = {other}}},
                                               true}},
                                  .augmentations = 1};
  auto progress = Progress::silent();
  write_packed(scratch / "arc", arc::build(request, progress));
  return scratch / "arc";
}

TEST_CASE("lists of augmentations that are no offsets or no codes are refused at once", "[unit]") {
  const ScratchFolder scratch;
  const auto folder = arc_folder(scratch);
  const auto codes = folder / "augmentations.npy", indices = folder / "augmentation_indices.npy";
  const auto good_codes = read_text(codes), good_indices = read_text(indices);
  REQUIRE(Dataset::open(folder, "train")->puzzles() == 4);
  const auto refusal = [&](const fs::path& file, const std::vector<int64_t>& values) {
    write_text(codes, good_codes);
    write_text(indices, good_indices);
    write_list(file, format::DType::i64, values);
    return error_of([&] { Dataset::open(folder, "train"); });
  };
  CHECK(contains(refusal(indices, {0, 1000, 2000, 5}),
                 "augmentation_indices.npy: offsets that do "
                 "not rise, so that an entry is empty: 5 after 2000"));
  CHECK(contains(refusal(indices, {0, 1, 1'000'000'000, 5}), "do not rise"));
  CHECK(
      contains(refusal(indices, {0, 1, 3, 1'000'000'000}), "end at 1000000000 where there are 5"));
  CHECK(contains(refusal(indices, {0, 1, 1, 5}), "do not rise"));
  CHECK(contains(refusal(indices, {1, 2, 3, 5}), "do not start at 0"));
  CHECK(contains(refusal(indices, {0, 3, 5}), "not the places of every identifier's copies"));
  CHECK(contains(refusal(indices, {}), "do not start at 0"));
  CHECK(contains(refusal(indices, {0, 1, 3, -5}), "number -5 at place 3 is none of 0 to"));
  CHECK(contains(refusal(codes, {0, 0, 7, 9, 9}), "a puzzle that is not its own first copy"));
  CHECK(
      contains(refusal(codes, {0, 0, 7, 0, int64_t{1} << 40}), "number 1099511627776 at place 4"));
  for (const auto& file : {codes, indices}) {
    write_text(codes, good_codes);
    write_text(indices, good_indices);
    write_list<float>(file, format::DType::f32, {0, 1, 3, 5});
    CHECK(
        contains(error_of([&] { Dataset::open(folder, "train"); }), "not a list of whole numbers"));
    fs::remove(file);
    CHECK(contains(error_of([&] { Dataset::open(folder, "train"); }), "no such file"));
  }
}

TEST_CASE("a copy that the task has not is refused before any is read", "[unit]") {
  const ScratchFolder scratch;
  const auto folder = arc_folder(scratch);
  const std::vector<int32_t> codes = {0, 0, 7, 0, INT32_MAX};
  write_list(folder / "augmentations.npy", format::DType::i32, codes);
  const auto data = Dataset::open(folder, "train");
  const Arc arc({}, data->info());
  const TokenGrid tokens({}, data->info());
  CHECK(contains(error_of([&] { BatchReader(data, &arc); }),
                 "augmentation 2147483647 is none of this kind of puzzle (data.task)"));
  CHECK(contains(error_of([&] { BatchReader(data, &tokens); }), "augmentation 7 is none"));
}

}  // namespace
}  // namespace trm::data
