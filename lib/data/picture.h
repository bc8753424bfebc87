#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace trm::data {

// A puzzle as coloured cells.
struct Picture {
  struct Cell {
    uint32_t colour = 0xffffff;  // 0xRRGGBB, behind the text
    std::string text = {};       // at most two characters
    bool marked = false;
  };
  int64_t rows = 0, columns = 0;
  std::vector<Cell> cells;  // row by row
};

// Black or white, whichever can be read on a colour.
uint32_t ink_on(uint32_t colour);

// The escape codes for letters that can be read on a colour.
std::string terminal_colours(uint32_t colour);
// Two characters a cell, on its colour.
std::string paint_for_terminal(const Picture& picture);
// An SVG for a page: square cells at any width; the page's style says how lines and text look.
std::string paint_for_page(const Picture& picture);

}  // namespace trm::data
