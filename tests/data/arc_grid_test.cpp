#include <nlohmann/json.hpp>
#include <set>

#include "data/tasks/arc/grid.h"
#include "data/tasks/arc/transform.h"
#include "format/json.h"
#include "tensor/archive.h"
#include "tests/catch.h"
#include "tests/golden_folder.h"

namespace trm::data::arc {
namespace {

Grid random_grid(Stream& stream) {
  Grid grid{
      1 + static_cast<int64_t>(stream.below(30)), 1 + static_cast<int64_t>(stream.below(30)), {}};
  for (int64_t i = 0; i < grid.rows * grid.columns; ++i) {
    grid.cells.push_back(static_cast<uint8_t>(stream.below(10)));
  }
  return grid;
}

TEST_CASE("what is cropped from a canvas is what the reference crops", "[golden]") {
  const auto golden = load_archive(golden_folder() / "data/arc_eval/arc_eval.safetensors");
  const auto grids = golden.at("crop.grids").to(at::kByte).contiguous();
  const auto sizes = golden.at("crop.sizes").to(at::kLong).contiguous();
  REQUIRE(grids.size(0) == 40);
  for (int64_t i = 0; i < grids.size(0); ++i) {
    const auto grid = crop({grids[i].const_data_ptr<uint8_t>(), 900});
    CHECK(grid.rows == sizes[i][0].item<int64_t>());
    CHECK(grid.columns == sizes[i][1].item<int64_t>());
  }
}

TEST_CASE("a placed grid is cropped whole from the top left, with its ends around it", "[unit]") {
  Stream stream(1, "test");
  for (int i = 0; i < 500; ++i) {
    const auto grid = random_grid(stream);
    std::vector<uint8_t> canvas(900);
    place(grid, 0, 0, canvas);
    CHECK(crop(canvas) == grid);
    const auto row = static_cast<int64_t>(stream.below(static_cast<uint64_t>(31 - grid.rows)));
    const auto column =
        static_cast<int64_t>(stream.below(static_cast<uint64_t>(31 - grid.columns)));
    place(grid, row, column, canvas);
    const auto corner = corner_of(canvas);
    CHECK(corner.row == row);
    CHECK(corner.column == column);
    if (row + grid.rows < 30) {
      CHECK(canvas[static_cast<size_t>((row + grid.rows) * 30 + column)] == kEnd);
      if (column + grid.columns < 30) {
        CHECK(canvas[static_cast<size_t>((row + grid.rows) * 30 + column + grid.columns)] ==
              kPadding);
      }
    }
  }
}

TEST_CASE("grids have the reference's hashes", "[golden]") {
  const auto golden = format::read_json(golden_folder() / "data/hashes.json");
  CHECK(grid_hash({2, 3, {0, 1, 2, 3, 4, 5}}) == golden["grid_hash_of_a"]);
  CHECK(grid_hash({1, 1, {0}}) == golden["grid_hash_of_[[0]]"]);
}

TEST_CASE("an empty canvas holds an empty grid", "[unit]") {
  const std::vector<uint8_t> canvas(900, kPadding);
  CHECK(crop(canvas) == Grid{});
}

TEST_CASE("every transform is undone, and has a code and a name of its own", "[unit]") {
  Stream stream(2, "test");
  std::set<uint32_t> codes;
  for (int i = 0; i < 3000; ++i) {
    const auto transform = Transform::draw(stream);
    const auto grid = random_grid(stream);
    CHECK(transform.undo(transform.apply(grid)) == grid);
    CHECK(Transform::from_code(transform.code()) == transform);
    codes.insert(transform.code());
    const auto named = parse_identifier("some|||name" + transform.suffix());
    CHECK(named.puzzle == "some|||name");
    CHECK(named.transform == transform);
  }
  CHECK(codes.size() > 2900);
  CHECK(Transform{}.code() == 0);
  CHECK(Transform{}.suffix().empty());
  CHECK(contains(error_of([] { Transform::from_code(8 * 362880); }), "is none"));
}

TEST_CASE("only a whole suffix is taken from a name", "[unit]") {
  for (const auto* name : {"abc", "a|||t3|||0123", "|||t9|||0123456789", "x|||t1|||0123456788",
                           "x|||t1|||1023456789", "x||t1|||0123456789"}) {
    INFO(name);
    CHECK(parse_identifier(name).puzzle == name);
    CHECK(parse_identifier(name).transform.identity());
  }
  CHECK(parse_identifier("8be77c9e|||t7|||0612397845").puzzle == "8be77c9e");
}

}  // namespace
}  // namespace trm::data::arc
