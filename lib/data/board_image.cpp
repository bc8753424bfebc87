#include "data/board_image.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "tensor/batch.h"

namespace trm::data {
namespace {

using Frame = std::function<std::optional<uint32_t>(int64_t row, int64_t column)>;

constexpr uint32_t kRight = 0x2ca02c, kWrong = 0xd62728, kPaper = 0xf4f4f4;

// Letters of three by five dots, a row an octal digit.
constexpr std::array<std::pair<char, uint32_t>, 18> kLetters = {{{'0', 075557},
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
                                                                 {'S', 034216}}};

void write(format::Image& image, const std::string& text, int64_t left, int64_t top, int64_t side,
           uint32_t ink) {
  const auto letters = static_cast<int64_t>(text.size());
  if (letters == 0) return;
  const int64_t columns = 4 * letters - 1, rows = 5;
  const auto dot = std::min((side - 4) / columns, (side - 4) / rows);
  left += (side - dot * columns) / 2;
  top += (side - dot * rows) / 2;
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

void paint(format::Image& image, const Picture& picture, int64_t left, int64_t side,
           const Frame& frame) {
  for (int64_t r = 0; r < picture.rows; ++r) {
    for (int64_t c = 0; c < picture.columns; ++c) {
      const auto& cell = picture.cells[static_cast<size_t>(r * picture.columns + c)];
      const auto x = left + c * side, y = r * side;
      const auto edge = frame(r, c);
      const int64_t width = edge ? std::max<int64_t>(1, side / 10) : 0;
      image.fill(x, y, side - 1, side - 1, edge.value_or(cell.colour));
      image.fill(x + width, y + width, side - 1 - 2 * width, side - 1 - 2 * width, cell.colour);
      write(image, cell.text, x, y, side - 1, ink_on(cell.colour));
    }
  }
}

// The cell there; nothing beyond the picture.
const Picture::Cell* cell_at(const Picture& picture, int64_t row, int64_t column) {
  if (row >= picture.rows || column >= picture.columns) return nullptr;
  return &picture.cells[static_cast<size_t>(row * picture.columns + column)];
}

bool same(const Picture::Cell* a, const Picture::Cell* b) {
  return a && b && a->colour == b->colour && a->text == b->text;
}

}  // namespace

format::Image board_image(const Task& task, Tokens input, Tokens answer, Tokens label) {
  constexpr int64_t kWidth = 240;  // of a board, as nearly as whole cells come
  std::vector<Token> solution(label.begin(), label.end());
  bool known = false;
  for (size_t i = 0; i < solution.size(); ++i) {
    known = known || label[i] != kIgnoredLabel;
    if (label[i] == kIgnoredLabel) solution[i] = answer[i];
  }
  const auto given = task.picture(input), filled = task.picture(answer),
             right = task.picture(solution);
  const Frame none = [](int64_t, int64_t) { return std::nullopt; };
  const Frame verdict = [&](int64_t row, int64_t column) -> std::optional<uint32_t> {
    const auto* cell = cell_at(filled, row, column);
    if (!known) return std::nullopt;
    if (!same(cell, cell_at(right, row, column))) return kWrong;
    return same(cell, cell_at(given, row, column)) ? std::nullopt : std::optional(kRight);
  };
  std::vector<std::pair<const Picture*, const Frame*>> boards = {{&given, &none},
                                                                 {&filled, &verdict}};
  if (known) boards.emplace_back(&right, &none);
  int64_t rows = 1, columns = 1;
  for (const auto& [picture, frame] : boards) {
    rows = std::max(rows, picture->rows);
    columns = std::max(columns, picture->columns);
  }
  const auto side = std::clamp<int64_t>(kWidth / std::max(rows, columns), 4, 32);
  const auto stride = (columns + 1) * side;
  format::Image image(stride * static_cast<int64_t>(boards.size()) - side, rows * side, kPaper);
  for (size_t i = 0; i < boards.size(); ++i)
    paint(image, *boards[i].first, stride * static_cast<int64_t>(i), side, *boards[i].second);
  return image;
}

}  // namespace trm::data
