#pragma once

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace trm {

// What a GIF holds, read by its standard (89a) and strictly: frames of the file's own size, with
// the colours of the file, and nothing behind the end.
struct ReadGif {
  struct Frame {
    std::vector<uint8_t> pixels;  // three bytes each
    int hundredths = 0;
  };
  int width = 0, height = 0;
  bool loops = false;
  std::vector<Frame> frames;
};

class GifReader {
 public:
  explicit GifReader(std::string_view file) : rest_(file) {}

  ReadGif read() {
    ReadGif gif;
    expect("GIF89a");
    gif.width = two_bytes();
    gif.height = two_bytes();
    const int kind = byte();
    check((kind & 0x80) != 0, "no palette");
    two_bytes();  // background and shape of pixels
    const auto palette = take(size_t{3} << ((kind & 7) + 1));
    int hundredths = -1;
    for (int mark = byte(); mark != ';'; mark = byte()) {
      if (mark == 0x21) {
        const int extension = byte();
        const auto content = blocks();
        if (extension == 0xf9) {
          check(content.size() == 4, "a control of another size");
          check((content[0] & 1) == 0, "a transparent colour");
          hundredths = static_cast<uint8_t>(content[1]) + 256 * static_cast<uint8_t>(content[2]);
        } else {
          gif.loops = gif.loops || content == std::string_view("NETSCAPE2.0\1\0\0", 14);
        }
        continue;
      }
      check(mark == ',', "no image where one is due");
      check(two_bytes() == 0 && two_bytes() == 0, "an image that is not at the corner");
      check(two_bytes() == gif.width && two_bytes() == gif.height, "an image of another size");
      check(byte() == 0, "an image with colours of its own");
      check(hundredths >= 0, "an image without a control");
      gif.frames.push_back({coloured(unpacked(byte()), palette, gif), hundredths});
      hundredths = -1;
    }
    check(rest_.empty(), "bytes behind the end");
    return gif;
  }

 private:
  static void check(bool good, const char* what) {
    if (!good) throw std::runtime_error(std::string("GIF: ") + what);
  }
  std::string_view take(size_t bytes) {
    check(rest_.size() >= bytes, "it ends too early");
    const auto taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }
  int byte() { return static_cast<uint8_t>(take(1)[0]); }
  int two_bytes() {
    const int low = byte();
    return low + 256 * byte();
  }
  void expect(std::string_view text) { check(take(text.size()) == text, "another beginning"); }
  std::string blocks() {
    std::string content;
    for (int bytes = byte(); bytes != 0; bytes = byte())
      content += take(static_cast<size_t>(bytes));
    return content;
  }

  std::string unpacked(int pixel_bits) {
    check(pixel_bits >= 2 && pixel_bits <= 8, "pixels of that many bits");
    const auto bytes = blocks();
    const size_t clear = size_t{1} << pixel_bits, end = clear + 1;
    std::vector<std::string> strings;
    std::string pixels, before;
    int width = pixel_bits + 1;
    size_t at = 0;
    const auto restart = [&] {
      strings.resize(clear + 2);
      for (size_t i = 0; i < clear; ++i) strings[i] = std::string(1, static_cast<char>(i));
      width = pixel_bits + 1;
      before.clear();
    };
    for (bool begun = false;;) {
      size_t code = 0;
      for (int i = 0; i < width; ++i, ++at) {
        check(at / 8 < bytes.size(), "its codes end too early");
        code |= static_cast<size_t>(static_cast<uint8_t>(bytes[at / 8]) >> at % 8 & 1) << i;
      }
      check(begun || code == clear, "its codes begin with another one");
      begun = true;
      if (code == end) break;
      if (code == clear) {
        restart();
        continue;
      }
      check(code < strings.size() || (code == strings.size() && !before.empty()),
            "a code too high");
      const auto string = code < strings.size() ? strings[code] : before + before[0];
      if (!before.empty() && strings.size() < 4096) strings.push_back(before + string[0]);
      if (strings.size() == size_t{1} << width && width < 12) ++width;
      pixels += string;
      before = string;
    }
    check((at + 7) / 8 == bytes.size(), "bytes behind its last code");
    return pixels;
  }

  static std::vector<uint8_t> coloured(const std::string& pixels, std::string_view palette,
                                       const ReadGif& gif) {
    check(pixels.size() == static_cast<size_t>(gif.width) * static_cast<size_t>(gif.height),
          "another number of pixels");
    std::vector<uint8_t> bytes;
    for (const char pixel : pixels) {
      const auto colour = size_t{3} * static_cast<uint8_t>(pixel);
      check(colour + 2 < palette.size(), "a colour that is not in the palette");
      for (size_t i = 0; i < 3; ++i) bytes.push_back(static_cast<uint8_t>(palette[colour + i]));
    }
    return bytes;
  }

  std::string_view rest_;
};

inline ReadGif read_gif(std::string_view file) { return GifReader(file).read(); }

}  // namespace trm
