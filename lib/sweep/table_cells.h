#pragma once

#include <string>
#include <vector>

#include "sweep/table.h"

namespace trm::sweep {

// The cells of a table's two grids, heads first, for all formats that people read.
using Cells = std::vector<std::string>;

// How a format writes what is not letters.
struct Style {
  std::string plus_minus, to, nothing;
  std::string (*name)(const std::string&);
};

// Rows and scores; and the runs that they are of.
std::vector<Cells> grid_of_rows(const Table& table, const Style& style);
std::vector<Cells> grid_of_runs(const Table& table, const Style& style);

// What the columns mean, for the tables that are here.
std::vector<std::string> remarks_on(const Study& study, const Table& table);

}  // namespace trm::sweep
