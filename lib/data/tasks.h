#pragma once

#include "core/config.h"
#include "data/tasks/sudoku/task.h"

namespace trm::data {

// The catalogue of tasks: a new one is its folder and one entry here.
using AnyTask = OneOf<Sudoku>;

}  // namespace trm::data
