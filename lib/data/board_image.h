#pragma once

#include "data/picture.h"
#include "data/task.h"
#include "format/png.h"

namespace trm::data {

// A puzzle and its answer side by side, and the solution where all or parts of it are known: labels
// are kIgnoredLabel where it is not, and nothing is asked there. In the answer, cells that are not
// the solution's have a red frame, and those that are and were not given a green one.
format::Image board_image(const Task& task, Tokens input, Tokens answer, Tokens label);

}  // namespace trm::data
