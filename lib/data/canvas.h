#pragma once

#include "data/folders.h"
#include "data/task.h"

namespace trm::data {

// The splits on a smaller square: of every grid its top left side x side cells, and of the puzzles
// those whose examples all fit it, in training and in testing. Puzzle ids are numbered anew without
// the others. Error where none fits.
Splits crop_to_canvas(const Splits& splits, const Task& task, int64_t side);

}  // namespace trm::data
