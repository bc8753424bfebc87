#include "data/picture.h"

#include <fmt/format.h>

namespace trm::data {
namespace {

uint32_t red(uint32_t colour) { return colour >> 16 & 0xff; }
uint32_t green(uint32_t colour) { return colour >> 8 & 0xff; }
uint32_t blue(uint32_t colour) { return colour & 0xff; }

// Black or white, whichever can be read on a colour.
uint32_t ink_on(uint32_t colour) {
  constexpr uint32_t kHalf = 128 * 1000;
  const uint32_t light = 299 * red(colour) + 587 * green(colour) + 114 * blue(colour);
  return light > kHalf ? 0x000000 : 0xffffff;
}

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '<') {
      safe += "&lt;";
    } else if (c == '&') {
      safe += "&amp;";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace

std::string paint_for_terminal(const Picture& picture) {
  std::string text;
  for (int64_t r = 0; r < picture.rows; ++r) {
    for (int64_t c = 0; c < picture.columns; ++c) {
      const auto& cell = picture.cells[static_cast<size_t>(r * picture.columns + c)];
      const auto ink = ink_on(cell.colour);
      text += fmt::format("\033[48;2;{};{};{}m\033[38;2;{};{};{}m{}{:>2}\033[0m", red(cell.colour),
                          green(cell.colour), blue(cell.colour), red(ink), green(ink), blue(ink),
                          cell.marked ? "\033[1;4m" : "", cell.text);
    }
    text += '\n';
  }
  return text;
}

std::string paint_for_page(const Picture& picture) {
  std::string text = "<table style=\"border-collapse:collapse;font:12px monospace\">\n";
  for (int64_t r = 0; r < picture.rows; ++r) {
    text += "<tr>";
    for (int64_t c = 0; c < picture.columns; ++c) {
      const auto& cell = picture.cells[static_cast<size_t>(r * picture.columns + c)];
      text += fmt::format(
          "<td style=\"width:16px;height:16px;padding:0;text-align:center;"
          "border:1px solid #888;background:#{:06x};color:#{:06x}{}\">{}</td>",
          cell.colour, ink_on(cell.colour), cell.marked ? ";font-weight:bold" : "",
          escaped(cell.text));
    }
    text += "</tr>\n";
  }
  return text + "</table>\n";
}

}  // namespace trm::data
