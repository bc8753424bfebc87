#pragma once

#include <nlohmann/json.hpp>

#include "data/tasks/arc/grid.h"

namespace trm::data::arc {

// A list of rows of colours, as ARC's files have it.
inline nlohmann::ordered_json json_of(const Grid& grid) {
  auto rows = nlohmann::ordered_json::array();
  for (int64_t r = 0; r < grid.rows; ++r) {
    const auto begin = grid.cells.begin() + r * grid.columns;
    rows.push_back(std::vector<int>(begin, begin + grid.columns));
  }
  return rows;
}

}  // namespace trm::data::arc
