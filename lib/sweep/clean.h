#pragma once

#include <vector>

#include "sweep/members.h"

namespace trm::sweep {

// What belongs to a study on the disk: the folders of its runs that it began, and what it keeps of
// them. Runs that it has not begun, and all else in its folder, are not its own.
struct Belongings {
  std::vector<fs::path> runs, notes;
  double bytes = 0;
  bool empty() const { return runs.empty() && notes.empty(); }
};
Belongings belongings_of(const Study& study);

// Removes them, and folders that are empty then. Error, before anything is removed, where a run
// goes on.
void remove_belongings(const Study& study);

}  // namespace trm::sweep
