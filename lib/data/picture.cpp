#include "data/picture.h"

#include <fmt/format.h>

#include <algorithm>

#include "format/html.h"

namespace trm::data {
namespace {

using format::escaped_for_html;

uint32_t red(uint32_t colour) { return colour >> 16 & 0xff; }
uint32_t green(uint32_t colour) { return colour >> 8 & 0xff; }
uint32_t blue(uint32_t colour) { return colour & 0xff; }

}  // namespace

uint32_t ink_on(uint32_t colour) {
  constexpr uint32_t kHalf = 128 * 1000;
  const uint32_t light = 299 * red(colour) + 587 * green(colour) + 114 * blue(colour);
  return light > kHalf ? 0x000000 : 0xffffff;
}

std::string terminal_colours(uint32_t colour) {
  const auto ink = ink_on(colour);
  return fmt::format("\033[48;2;{};{};{}m\033[38;2;{};{};{}m", red(colour), green(colour),
                     blue(colour), red(ink), green(ink), blue(ink));
}

std::string paint_for_terminal(const Picture& picture) {
  std::string text;
  for (int64_t r = 0; r < picture.rows; ++r) {
    for (int64_t c = 0; c < picture.columns; ++c) {
      const auto& cell = picture.cells[static_cast<size_t>(r * picture.columns + c)];
      text += fmt::format("{}{}{:>2}\033[0m", terminal_colours(cell.colour),
                          cell.marked ? "\033[1;4m" : "", cell.text);
    }
    text += '\n';
  }
  return text;
}

std::string paint_for_page(const Picture& picture) {
  if (picture.cells.empty()) return "<span>empty</span>\n";
  // Small pictures get large cells; large ones shrink with the window.
  const int64_t cell_pixels = std::clamp<int64_t>(300 / picture.columns, 8, 28);
  auto text = fmt::format(
      "<svg viewBox=\"0 0 {0} {1}\" style=\"width:{2}px\" role=\"img\" aria-label=\"{1} rows of "
      "{0} "
      "cells\">",
      picture.columns, picture.rows, picture.columns * cell_pixels);
  std::string letters;
  for (int64_t r = 0; r < picture.rows; ++r) {
    for (int64_t c = 0; c < picture.columns; ++c) {
      const auto& cell = picture.cells[static_cast<size_t>(r * picture.columns + c)];
      text += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"1\" height=\"1\" fill=\"#{:06x}\"/>", c,
                          r, cell.colour);
      if (cell.text.empty()) continue;
      letters += fmt::format("<text x=\"{}.5\" y=\"{}.5\" fill=\"#{:06x}\"{}>{}</text>", c, r,
                             ink_on(cell.colour), cell.marked ? " font-weight=\"bold\"" : "",
                             escaped_for_html(cell.text));
    }
    text += '\n';
  }
  return text + letters + "</svg>\n";
}

}  // namespace trm::data
