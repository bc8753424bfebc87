#include "data/tasks/arc/grid.h"

#include <algorithm>

#include "core/hash.h"
#include "data/square.h"

namespace trm::data::arc {
namespace {

bool is_colour(uint8_t token) { return token >= kFirstColour && token < kFirstColour + kColours; }

}  // namespace

std::string grid_hash(const Grid& grid) {
  std::string bytes = {static_cast<char>(grid.rows), static_cast<char>(grid.columns)};
  bytes.append(grid.cells.begin(), grid.cells.end());
  return sha256_hex(bytes);
}

void place(const Grid& grid, int64_t row, int64_t column, std::span<uint8_t> canvas) {
  const int64_t side = square_side(canvas.size());
  const auto at = [&](int64_t r, int64_t c) -> uint8_t& {
    return canvas[static_cast<size_t>(r * side + c)];
  };
  std::fill(canvas.begin(), canvas.end(), kPadding);
  const int64_t below = row + grid.rows, right = column + grid.columns;
  for (int64_t r = 0; r < grid.rows; ++r) {
    for (int64_t c = 0; c < grid.columns; ++c) {
      at(row + r, column + c) = static_cast<uint8_t>(grid.at(r, c) + kFirstColour);
    }
    if (right < side) at(row + r, right) = kEnd;
  }
  for (int64_t c = column; c < right && below < side; ++c) at(below, c) = kEnd;
}

Grid crop(std::span<const uint8_t> canvas) {
  const int64_t side = square_side(canvas.size());
  int64_t columns = side, best_rows = 0, best_columns = 0;
  for (int64_t r = 0; r < side; ++r) {
    int64_t c = 0;
    while (c < columns && is_colour(canvas[static_cast<size_t>(r * side + c)])) ++c;
    columns = c;
    if ((r + 1) * columns > best_rows * best_columns) {
      best_rows = r + 1;
      best_columns = columns;
    }
  }
  Grid grid{best_rows, best_columns, {}};
  for (int64_t r = 0; r < best_rows; ++r) {
    for (int64_t c = 0; c < best_columns; ++c) {
      grid.cells.push_back(
          static_cast<uint8_t>(canvas[static_cast<size_t>(r * side + c)] - kFirstColour));
    }
  }
  return grid;
}

Corner corner_of(std::span<const uint8_t> canvas) {
  const int64_t side = square_side(canvas.size());
  const auto first = std::find_if(canvas.begin(), canvas.end(), is_colour);
  if (first == canvas.end()) return {};
  const auto index = first - canvas.begin();
  return {index / side, index % side};
}

}  // namespace trm::data::arc
