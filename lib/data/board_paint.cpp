#include "data/board_paint.h"

#include <algorithm>
#include <array>
#include <utility>

namespace trm::data {
namespace {

// Letters of three by five dots, a row an octal digit.
constexpr std::array<std::pair<char, uint32_t>, 19> kLetters = {{{'0', 075557},
                                                                 {'1', 026227},
                                                                 {'2', 071747},
                                                                 {'3', 071717},
                                                                 {'4', 055711},
                                                                 {'5', 074717},
                                                                 {'6', 074757},
                                                                 {'7', 071111},
                                                                 {'8', 075757},
                                                                 {'9', 075717},
                                                                 {'A', 025755},
                                                                 {'B', 065656},
                                                                 {'C', 074447},
                                                                 {'D', 065556},
                                                                 {'E', 074747},
                                                                 {'F', 074744},
                                                                 {'G', 074557},
                                                                 {'S', 034216},
                                                                 {'/', 011244}}};

}  // namespace

void paint_text(format::Image& image, const std::string& text, const TextPlace& place,
                uint32_t ink) {
  const auto letters = static_cast<int64_t>(text.size());
  if (letters == 0) return;
  const int64_t columns = 4 * letters - 1, rows = 5;
  const auto dot = std::min((place.width - 4) / columns, (place.height - 4) / rows);
  auto left = place.left + (place.width - dot * columns) / 2;
  const auto top = place.top + (place.height - dot * rows) / 2;
  for (const char letter : text) {
    const auto* found = std::find_if(kLetters.begin(), kLetters.end(),
                                     [&](const auto& known) { return known.first == letter; });
    for (int i = 0; found != kLetters.end() && i < 15; ++i) {
      if ((found->second >> (14 - i) & 1) != 0)
        image.fill(left + dot * (i % 3), top + dot * (i / 3), dot, dot, ink);
    }
    left += 4 * dot;
  }
}

void paint_board(format::Image& image, const Picture& picture, const BoardPlace& place,
                 const CellFrame& frame) {
  const auto side = place.side;
  for (int64_t r = 0; r < picture.rows; ++r) {
    for (int64_t c = 0; c < picture.columns; ++c) {
      const auto& cell = picture.cells[static_cast<size_t>(r * picture.columns + c)];
      const auto x = place.left + c * side, y = place.top + r * side;
      const auto edge = frame(r, c);
      const int64_t width = edge ? std::max<int64_t>(1, side / 10) : 0;
      image.fill(x, y, side - 1, side - 1, edge.value_or(cell.colour));
      image.fill(x + width, y + width, side - 1 - 2 * width, side - 1 - 2 * width, cell.colour);
      paint_text(image, cell.text, {x, y, side - 1, side - 1}, ink_on(cell.colour));
    }
  }
}

const Picture::Cell* cell_at(const Picture& picture, int64_t row, int64_t column) {
  if (row >= picture.rows || column >= picture.columns) return nullptr;
  return &picture.cells[static_cast<size_t>(row * picture.columns + column)];
}

bool same_cell(const Picture::Cell* a, const Picture::Cell* b) {
  return a && b && a->colour == b->colour && a->text == b->text;
}

}  // namespace trm::data
