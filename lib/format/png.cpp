#include "format/png.h"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace trm::format {
namespace {

std::string big_endian(uint64_t value) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift);
  return text;
}

std::string chunk(std::string_view type, std::string_view content) {
  const auto body = std::string(type) + std::string(content);
  const auto crc =
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big_endian(content.size()) + body + big_endian(crc);
}

}  // namespace

Image::Image(int64_t columns, int64_t rows, uint32_t colour)
    : width(columns), height(rows), pixels(static_cast<size_t>(3 * columns * rows)) {
  fill(0, 0, columns, rows, colour);
}

void Image::fill(int64_t left, int64_t top, int64_t columns, int64_t rows, uint32_t colour) {
  const auto right = std::min(left + columns, width), bottom = std::min(top + rows, height);
  for (int64_t y = std::max<int64_t>(top, 0); y < bottom; ++y) {
    for (int64_t x = std::max<int64_t>(left, 0); x < right; ++x) {
      for (int i = 0; i < 3; ++i)
        pixels[static_cast<size_t>(3 * (y * width + x) + i)] =
            static_cast<uint8_t>(colour >> 8 * (2 - i));
    }
  }
}

std::string png_of(const Image& image) {
  // Every row begins with the number of its filter: 0, none.
  const auto row_bytes = static_cast<size_t>(3 * image.width);
  std::string rows;
  for (int64_t y = 0; y < image.height; ++y) {
    const auto* row = image.pixels.data() + static_cast<size_t>(y) * row_bytes;
    rows += '\0';
    rows.append(row, row + row_bytes);
  }
  auto bytes = compressBound(static_cast<uLong>(rows.size()));
  std::string packed(bytes, '\0');
  if (compress2(reinterpret_cast<Bytef*>(packed.data()), &bytes,
                reinterpret_cast<const Bytef*>(rows.data()), static_cast<uLong>(rows.size()),
                Z_DEFAULT_COMPRESSION) != Z_OK) {
    throw std::logic_error("a PNG that zlib does not pack");
  }
  packed.resize(bytes);
  const std::string depth_and_kind("\x08\x02\0\0\0", 5);  // 8 bits each of red, green and blue
  return "\x89PNG\r\n\x1a\n" +
         chunk("IHDR", big_endian(static_cast<uint64_t>(image.width)) +
                           big_endian(static_cast<uint64_t>(image.height)) + depth_and_kind) +
         chunk("IDAT", packed) + chunk("IEND", "");
}

}  // namespace trm::format
