#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace trm::data {

// The eight symmetries of a grid by the numbers of the reference programs (spec 7.3): 0 identity;
// 1, 2, 3 quarter turns counter-clockwise; 4 columns mirrored; 5 rows mirrored; 6 transposed;
// 7 a quarter turn, then columns mirrored (transposed along the other diagonal).
inline constexpr int kGridSymmetries = 8;

struct GridSize {
  int64_t rows = 0, columns = 0;

  int64_t cells() const { return rows * columns; }
  bool operator==(const GridSize&) const = default;
};

// The symmetry that undoes one.
constexpr int inverse(int symmetry) {
  return std::array{0, 3, 2, 1, 4, 5, 6, 7}[static_cast<size_t>(symmetry)];
}

// The size of a grid's image.
GridSize image_size(int symmetry, GridSize size);

// Writes the image of a row-major grid of that size, row-major as well; the spans have a cell each
// and must not overlap.
void apply_symmetry(int symmetry, GridSize size, std::span<const uint8_t> cells,
                    std::span<uint8_t> out);

}  // namespace trm::data
