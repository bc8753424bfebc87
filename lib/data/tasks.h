#pragma once

#include "core/config.h"
#include "data/tasks/arc/task.h"
#include "data/tasks/maze/task.h"
#include "data/tasks/sudoku/task.h"
#include "data/tasks/tokens/task.h"

namespace trm::data {

// The catalogue of tasks: a new one is its folder and one entry here.
using AnyTask = OneOf<Sudoku, Maze, Arc, TokenGrid>;

// The first of the catalogue that data of these sizes fits.
template <class... Tasks>
OneOf<Tasks...> first_that_fits(const PackedInfo& info, const OneOf<Tasks...>& /*catalogue*/) {
  OneOf<Tasks...> found;
  bool done = false;
  const auto consider = [&]<class T>(const T* /*task*/) {
    if (done || !T::fits(info)) return;
    found = typename T::Config{};
    done = true;
  };
  (consider(static_cast<const Tasks*>(nullptr)), ...);
  return found;
}
// Whether data of these sizes can be of the chosen task.
template <class... Tasks>
bool fits(const OneOf<Tasks...>& chosen, const PackedInfo& info) {
  return ((chosen.template holds<Tasks>() && Tasks::fits(info)) || ...);
}
inline AnyTask task_that_fits(const PackedInfo& info) { return first_that_fits(info, AnyTask{}); }

}  // namespace trm::data
