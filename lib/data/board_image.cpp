#include "data/board_image.h"

#include <algorithm>
#include <utility>

#include "data/board_paint.h"
#include "tensor/batch.h"

namespace trm::data {

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
  const CellFrame none = [](int64_t, int64_t) { return std::nullopt; };
  const CellFrame verdict = [&](int64_t row, int64_t column) -> std::optional<uint32_t> {
    const auto* cell = cell_at(filled, row, column);
    if (!known) return std::nullopt;
    if (!same_cell(cell, cell_at(right, row, column))) return kWrongFrame;
    return same_cell(cell, cell_at(given, row, column)) ? std::nullopt : std::optional(kRightFrame);
  };
  std::vector<std::pair<const Picture*, const CellFrame*>> boards = {{&given, &none},
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
    paint_board(image, *boards[i].first, {stride * static_cast<int64_t>(i), 0, side},
                *boards[i].second);
  return image;
}

}  // namespace trm::data
