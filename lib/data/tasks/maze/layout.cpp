#include "data/tasks/maze/layout.h"

#include <array>
#include <cmath>
#include <numeric>

namespace trm::data::maze {
namespace {

Grid draw(const Density& density, size_t side, Stream& stream) {
  const auto [low, high] = wall_count(density, side);
  const size_t walls = low + stream.below(high - low + 1);
  std::vector<uint16_t> cells(side * side);
  std::iota(cells.begin(), cells.end(), uint16_t{0});
  Grid grid(side * side, kOpen);
  for (size_t i = 0; i < walls; ++i) {
    std::swap(cells[i], cells[i + stream.below(cells.size() - i)]);
    grid[cells[i]] = kWall;
  }
  return grid;
}

Grid draw(const Perfect& /*perfect*/, size_t side, Stream& stream) {
  const size_t rooms = (side + 1) / 2;  // of a row
  const auto cell_of = [&](size_t room) { return room / rooms * 2 * side + room % rooms * 2; };
  Grid grid(side * side, kWall);
  std::vector<size_t> trail = {static_cast<size_t>(stream.below(rooms * rooms))};
  grid[cell_of(trail.back())] = kOpen;
  while (!trail.empty()) {
    const size_t room = trail.back();
    std::array<size_t, 4> fresh{};
    size_t count = 0;
    for_each_neighbour(room, rooms, [&](size_t other) {
      if (grid[cell_of(other)] == kWall) fresh[count++] = other;
    });
    if (count == 0) {
      trail.pop_back();
      continue;
    }
    const size_t next = fresh[stream.below(count)];
    grid[cell_of(next)] = kOpen;
    grid[(cell_of(room) + cell_of(next)) / 2] = kOpen;
    trail.push_back(next);
  }
  return grid;
}

}  // namespace

WallCount wall_count(const Density& density, size_t side) {
  const auto cells = static_cast<double>(side * side);
  return {static_cast<size_t>(std::lround(density.low * cells)),
          static_cast<size_t>(std::lround(density.high * cells))};
}

Grid draw_layout(const Layout& layout, size_t side, Stream& stream) {
  return std::visit([&](const auto& kind) { return draw(kind, side, stream); }, layout);
}

}  // namespace trm::data::maze
