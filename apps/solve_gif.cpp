#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apps/solve_picture.h"
#include "data/board_paint.h"
#include "format/gif.h"

namespace trm::apps {
namespace {

// All in pixels.
constexpr int64_t kBoard = 432, kLeastWidth = 192, kMargin = 12, kStrip = 30, kCounter = 80;
constexpr uint32_t kInk = 0x333333, kTrack = 0xd0d0d0, kBar = 0x1f77b4;

struct Layout {
  int64_t width = 0, height = 0, board_left = 0, side = 0;
};

// Of grids that may grow from step to step, as ARC's: the image has one size.
Layout layout_of(const std::vector<MarkedPicture>& steps) {
  int64_t rows = 1, columns = 1;
  for (const auto& step : steps) {
    rows = std::max(rows, step.picture().rows);
    columns = std::max(columns, step.picture().columns);
  }
  Layout layout;
  layout.side = std::clamp<int64_t>(kBoard / std::max(rows, columns), 8, 48);
  layout.width = std::max(columns * layout.side, kLeastWidth) + 2 * kMargin;
  layout.height = rows * layout.side + kStrip + 3 * kMargin;
  layout.board_left = (layout.width - columns * layout.side) / 2;
  return layout;
}

}  // namespace

std::string gif_of(const data::Task& task, const SolveTrace& trace, double speed) {
  constexpr double kShortest = 0.02, kHeld = 3;  // seconds
  std::vector<MarkedPicture> steps;
  for (size_t i = 0; i < trace.steps(); ++i) steps.emplace_back(task, trace, i);
  const auto layout = layout_of(steps);
  std::vector<format::GifFrame> frames;
  for (size_t i = 0; i < steps.size(); ++i) {
    const auto& step = steps[i];
    const bool last = i + 1 == steps.size();
    auto& [image, seconds] = frames.emplace_back(
        format::GifFrame{format::Image(layout.width, layout.height, data::kPaper),
                         last ? kHeld : std::max(kShortest, 1 / speed)});
    const data::CellFrame mark = [&](int64_t row, int64_t column) -> std::optional<uint32_t> {
      if (step.is_wrong(row, column)) return data::kWrongFrame;
      return step.is_changed(row, column) ? std::optional(data::kRightFrame) : std::nullopt;
    };
    data::paint_board(image, step.picture(), {layout.board_left, kMargin, layout.side}, mark);
    const auto top = layout.height - kMargin - kStrip;
    data::paint_text(image, fmt::format("{}/{}", i + 1, steps.size()),
                     {kMargin, top, kCounter, kStrip}, kInk);
    const auto left = kMargin + kCounter + kMargin, track = layout.width - kMargin - left;
    const auto probability = trace.solved.steps[i].halting_probability;
    image.fill(left, top + kStrip / 3, track, kStrip / 3, kTrack);
    image.fill(left, top + kStrip / 3, std::llround(probability * static_cast<double>(track)),
               kStrip / 3, kBar);
  }
  return format::gif_of(frames);
}

}  // namespace trm::apps
