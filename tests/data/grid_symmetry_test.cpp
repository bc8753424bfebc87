#include "data/grid_symmetry.h"

#include <map>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "format/safetensors.h"
#include "tests/catch.h"
#include "tests/golden_folder.h"

namespace trm::data {
namespace {

using Cells = std::vector<uint8_t>;

Cells image(int symmetry, GridSize size, const Cells& cells) {
  Cells out(cells.size());
  apply_symmetry(symmetry, size, cells, out);
  return out;
}

Cells numbered(GridSize size) {
  Cells cells(static_cast<size_t>(size.cells()));
  std::iota(cells.begin(), cells.end(), uint8_t{0});
  return cells;
}

const std::vector<GridSize> kSizes = {{1, 1}, {1, 5}, {4, 1}, {2, 3}, {5, 4}, {6, 6}};

}  // namespace

TEST_CASE("the symmetries of a grid are the reference's", "[golden]") {
  const auto file = format::SafetensorsFile::open(golden_folder() / "data/dihedral.safetensors");
  std::map<std::string, format::TensorView> golden;
  for (const auto& tensor : file.tensors()) golden.emplace(tensor.name, tensor);
  const auto cells_of = [](const format::TensorView& tensor) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(tensor.bytes.data());
    return Cells(bytes, bytes + tensor.bytes.size());
  };
  const auto& shape = golden.at("a").shape;
  const GridSize size{shape.at(0), shape.at(1)};
  for (int symmetry = 0; symmetry < kGridSymmetries; ++symmetry) {
    INFO(symmetry);
    const auto& expected = golden.at("t" + std::to_string(symmetry));
    CHECK(image_size(symmetry, size) == GridSize{expected.shape.at(0), expected.shape.at(1)});
    CHECK(image(symmetry, size, cells_of(golden.at("a"))) == cells_of(expected));
  }
}

TEST_CASE("a grid's symmetry is undone by its inverse", "[unit]") {
  for (const GridSize size : kSizes) {
    const Cells cells = numbered(size);
    for (int symmetry = 0; symmetry < kGridSymmetries; ++symmetry) {
      INFO(size.rows << "x" << size.columns << ", " << symmetry);
      const GridSize turned = image_size(symmetry, size);
      CHECK(inverse(inverse(symmetry)) == symmetry);
      CHECK(image_size(inverse(symmetry), turned) == size);
      CHECK(image(inverse(symmetry), turned, image(symmetry, size, cells)) == cells);
    }
  }
}

TEST_CASE("the symmetries of a square are a group of eight", "[unit]") {
  const GridSize size{5, 5};
  const Cells cells = numbered(size);
  std::map<Cells, int> known;
  for (int symmetry = 0; symmetry < kGridSymmetries; ++symmetry) {
    known.emplace(image(symmetry, size, cells), symmetry);
  }
  REQUIRE(known.size() == kGridSymmetries);
  for (int first = 0; first < kGridSymmetries; ++first) {
    for (int second = 0; second < kGridSymmetries; ++second) {
      CHECK(known.contains(image(second, size, image(first, size, cells))));
    }
  }
  // The definitions of the numbers by each other.
  const auto after = [&](int first, int second) {
    return known.at(image(second, size, image(first, size, cells)));
  };
  CHECK(after(1, 1) == 2);
  CHECK(after(1, 2) == 3);
  CHECK(after(1, 4) == 7);
  CHECK(after(2, 4) == 5);
  CHECK(after(3, 4) == 6);
}

TEST_CASE("a grid of another size or a number that is no symmetry is refused", "[unit]") {
  Cells six(6), seven(7), out(6);
  CHECK_THROWS_AS(apply_symmetry(0, {2, 3}, seven, out), std::logic_error);
  CHECK_THROWS_AS(apply_symmetry(0, {2, 3}, six, seven), std::logic_error);
  CHECK_THROWS_AS(apply_symmetry(8, {2, 3}, six, out), std::logic_error);
  CHECK_THROWS_AS(apply_symmetry(-1, {2, 3}, six, out), std::logic_error);
}

}  // namespace trm::data
