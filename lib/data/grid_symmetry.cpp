#include "data/grid_symmetry.h"

#include <stdexcept>

namespace trm::data {
namespace {

// Cell (i, j) of an image comes from cell begin + i * down + j * right of the grid.
struct Walk {
  int64_t begin, down, right;
};

Walk walk_of(int symmetry, GridSize size) {
  const int64_t n = size.rows, m = size.columns;
  const std::array<Walk, kGridSymmetries> walks = {{{0, m, 1},
                                                    {m - 1, -1, m},
                                                    {n * m - 1, -m, -1},
                                                    {(n - 1) * m, 1, -m},
                                                    {m - 1, m, -1},
                                                    {(n - 1) * m, -m, 1},
                                                    {0, 1, m},
                                                    {n * m - 1, -1, -m}}};
  return walks[static_cast<size_t>(symmetry)];
}

}  // namespace

GridSize image_size(int symmetry, GridSize size) {
  const bool turned = symmetry == 1 || symmetry == 3 || symmetry >= 6;
  return turned ? GridSize{size.columns, size.rows} : size;
}

void apply_symmetry(int symmetry, GridSize size, std::span<const uint8_t> cells,
                    std::span<uint8_t> out) {
  if (symmetry < 0 || symmetry >= kGridSymmetries) throw std::logic_error("grid symmetry: number");
  const auto count = static_cast<size_t>(size.cells());
  if (cells.size() != count || out.size() != count) throw std::logic_error("grid symmetry: size");
  const Walk walk = walk_of(symmetry, size);
  const GridSize image = image_size(symmetry, size);
  uint8_t* to = out.data();
  for (int64_t i = 0; i < image.rows; ++i) {
    int64_t from = walk.begin + i * walk.down;
    for (int64_t j = 0; j < image.columns; ++j, from += walk.right) {
      *to++ = cells[static_cast<size_t>(from)];
    }
  }
}

}  // namespace trm::data
