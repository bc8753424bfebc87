#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace trm::format {

// Pixels, three bytes each: red, green, blue; row by row.
struct Image {
  int64_t width = 0, height = 0;
  std::vector<uint8_t> pixels;

  Image(int64_t columns, int64_t rows, uint32_t colour);  // 0xRRGGBB
  // A rectangle of one colour, as far as it lies in the image.
  void fill(int64_t left, int64_t top, int64_t columns, int64_t rows, uint32_t colour);
};

// The bytes of a PNG file.
std::string png_of(const Image& image);

}  // namespace trm::format
