#include "format/gif.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <vector>

namespace trm::format {
namespace {

std::string little_endian(uint64_t value) {
  return {static_cast<char>(value & 0xff), static_cast<char>(value >> 8 & 0xff)};
}

// Every colour of the frames and its number, in the order in which they come.
std::map<uint32_t, uint8_t> numbered_colours(std::span<const GifFrame> frames) {
  constexpr size_t kMost = 256;
  std::map<uint32_t, uint8_t> numbers;
  for (const auto& frame : frames) {
    const auto& pixels = frame.image.pixels;
    for (size_t i = 0; i + 2 < pixels.size(); i += 3) {
      const auto colour =
          static_cast<uint32_t>(pixels[i] << 16 | pixels[i + 1] << 8 | pixels[i + 2]);
      if (!numbers.contains(colour)) {
        if (numbers.size() == kMost) throw std::logic_error("a GIF of more than 256 colours");
        numbers.emplace(colour, static_cast<uint8_t>(numbers.size()));
      }
    }
  }
  return numbers;
}

int bits_of(size_t colours) {
  int bits = 1;
  while (size_t{1} << bits < colours) ++bits;
  return bits;
}

// Codes of growing width, the lowest bit first.
class Codes {
 public:
  void put(uint32_t code, int width) {
    waiting_ |= code << bits_;
    for (bits_ += width; bits_ >= 8; bits_ -= 8, waiting_ >>= 8)
      bytes_ += static_cast<char>(waiting_ & 0xff);
  }
  std::string finish() {
    if (bits_ > 0) bytes_ += static_cast<char>(waiting_ & 0xff);
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
  uint32_t waiting_ = 0;
  int bits_ = 0;
};

// Variable-width LZW: a code stands for a string of pixels that came before. Who reads it learns a
// string one code later than who writes it, which decides when codes get a bit more.
std::string packed(std::span<const uint8_t> pixels, int pixel_bits) {
  constexpr int kMostBits = 12;
  constexpr uint32_t kLastCode = (1 << kMostBits) - 1;
  const uint32_t clear = 1U << pixel_bits, end = clear + 1, first_free = clear + 2;
  // Of a string and the pixel behind it the code; 0, which is a single pixel's, for none.
  std::vector<uint16_t> longer(size_t{kLastCode + 1} << pixel_bits);
  Codes codes;
  uint32_t free = first_free;
  int width = pixel_bits + 1;
  const auto put = [&](uint32_t code) {
    codes.put(code, width);
    if (free == 1U << width && width < kMostBits) ++width;
  };
  codes.put(clear, width);
  uint32_t string = pixels.front();
  for (const uint8_t pixel : pixels.subspan(1)) {
    auto& known = longer[size_t{string} << pixel_bits | pixel];
    if (known != 0) {
      string = known;
      continue;
    }
    put(string);
    if (free < kLastCode) {
      known = static_cast<uint16_t>(free++);
    } else {
      codes.put(clear, width);
      std::fill(longer.begin(), longer.end(), uint16_t{0});
      free = first_free;
      width = pixel_bits + 1;
    }
    string = pixel;
  }
  put(string);
  codes.put(end, width);
  return codes.finish();
}

// Blocks of at most 255 bytes behind their length, and an empty one.
std::string in_blocks(const std::string& bytes) {
  constexpr size_t kMost = 255;
  std::string blocks;
  for (size_t at = 0; at < bytes.size(); at += kMost) {
    const auto block = bytes.substr(at, kMost);
    blocks += static_cast<char>(block.size()) + block;
  }
  return blocks + '\0';
}

}  // namespace

std::string gif_of(std::span<const GifFrame> frames) {
  constexpr int64_t kMostSide = 65535;
  if (frames.empty()) throw std::logic_error("a GIF without frames");
  const auto width = frames.front().image.width, height = frames.front().image.height;
  for (const auto& [image, seconds] : frames) {
    if (image.width != width || image.height != height || std::min(width, height) < 1 ||
        std::max(width, height) > kMostSide || seconds < 0.02 || seconds > 600)
      throw std::logic_error("a GIF whose frames have different sizes, or none that it can have");
  }
  const auto numbers = numbered_colours(frames);
  const int colour_bits = bits_of(numbers.size()), pixel_bits = std::max(2, colour_bits);
  std::string palette(size_t{3} << colour_bits, '\0');
  for (const auto& [colour, number] : numbers) {
    for (size_t i = 0; i < 3; ++i)
      palette[size_t{3} * number + i] = static_cast<char>(colour >> 8 * (2 - i) & 0xff);
  }
  const auto size =
      little_endian(static_cast<uint64_t>(width)) + little_endian(static_cast<uint64_t>(height));
  const auto palette_kind = static_cast<char>(0xf0 | (colour_bits - 1));
  auto file = "GIF89a" + size + palette_kind + std::string(2, '\0') + palette;
  // Again and again: an extension that Netscape made, and everybody reads.
  file += std::string("\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0", 19);
  std::vector<uint8_t> pixels(static_cast<size_t>(width * height));
  for (const auto& [image, seconds] : frames) {
    for (size_t i = 0; i < pixels.size(); ++i) {
      const auto* at = &image.pixels[3 * i];
      pixels[i] = numbers.at(static_cast<uint32_t>(at[0] << 16 | at[1] << 8 | at[2]));
    }
    const auto hundredths = static_cast<uint64_t>(std::llround(100 * seconds));
    file += std::string("\x21\xf9\x04\x04", 4) + little_endian(hundredths) + std::string(2, '\0');
    file += ',' + std::string(4, '\0') + size + '\0' + static_cast<char>(pixel_bits) +
            in_blocks(packed(pixels, pixel_bits));
  }
  return file + ';';
}

}  // namespace trm::format
