#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "data/picture.h"
#include "format/png.h"

namespace trm::data {

// Of a cell's frame and of what lies around boards, 0xRRGGBB.
inline constexpr uint32_t kRightFrame = 0x2ca02c, kWrongFrame = 0xd62728, kPaper = 0xf4f4f4;

// The colour of a cell's frame; nothing for none.
using CellFrame = std::function<std::optional<uint32_t>(int64_t row, int64_t column)>;

// Where a board lies in an image, and how large its cells are; all in pixels.
struct BoardPlace {
  int64_t left = 0, top = 0, side = 0;
};
// Cells with their text, and a line of what lies behind between them.
void paint_board(format::Image& image, const Picture& picture, const BoardPlace& place,
                 const CellFrame& frame);
struct TextPlace {
  int64_t left = 0, top = 0, width = 0, height = 0;
};
// Digits, capitals up to G, S and '/' in the midst of a rectangle, as large as they fit; other
// letters are left out.
void paint_text(format::Image& image, const std::string& text, const TextPlace& place,
                uint32_t ink);

// The cell there; nothing beyond the picture.
const Picture::Cell* cell_at(const Picture& picture, int64_t row, int64_t column);
// Whether both are there and look alike.
bool same_cell(const Picture::Cell* a, const Picture::Cell* b);

}  // namespace trm::data
