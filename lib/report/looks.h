#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "data/task.h"

namespace trm::report {

// What tokens look like on a page, found by asking a task for pictures of boards full of one token.
struct Look {
  data::Token token = 0;
  bool there = true;                    // false: nothing is drawn, as around an ARC grid
  std::optional<uint32_t> colour = {};  // 0xrrggbb; none where the page's own do
  std::string text = {};
  bool kept = false;  // whether an answer has to keep it (data::Task::keeps)
};

struct Looks {
  int64_t rows = 0, columns = 0;
  std::vector<Look> looks;  // by token
  // Where colours tell the place of a cell and not its token, as the shades of a Sudoku's blocks:
  // the number of its shade for each cell. Else empty.
  std::vector<int> shades;
};

// Of a board with so many cells, whose tokens are among these.
Looks looks_of(const data::Task& task, size_t cells, const std::set<data::Token>& tokens);

}  // namespace trm::report
