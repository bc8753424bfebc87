#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "data/tasks/arc/puzzle.h"

namespace trm::data::arc {

using Json = nlohmann::ordered_json;

// A task as JSON has it, in one of three forms:
//   {"train": [pair, ...], "test": [pair, ...]}   ARC's own; tests may come without outputs
//   {"examples": [pair, ...]}                     pairs to train on (BARC)
//   [pair, ...]                                   likewise (re-arc)
// where a pair is {"input": grid, "output": grid} or [grid, grid].

// Whether it looks like one, right or not.
bool is_task(const Json& json);
// Whether a grid, or no grid of a task, has a longer side; what is no grid has none.
bool grid_fits(const Json& grid, int64_t side);
bool task_fits(const Json& task, int64_t side);

// Fault "place: ..." on whatever is no ARC task: wrong types, ragged, empty or too large grids,
// other colours.
Puzzle parse_task(const std::string& name, const Json& json, const std::string& place);
// Sets the outputs of its tests; Fault "place: ..." where they are not one grid a test.
void add_solutions(const Json& grids, const std::string& place, Puzzle& puzzle);

}  // namespace trm::data::arc
