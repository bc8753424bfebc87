#include "format/gif.h"

#include "tests/catch.h"
#include "tests/gif_reader.h"

namespace trm::format {
namespace {

// The same numbers on every machine, without a pattern.
class Noise {
 public:
  uint32_t below(uint32_t bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<uint32_t>(state_ >> 33) % bound;
  }

 private:
  uint64_t state_ = 1;
};

uint32_t colour_of(uint32_t number) { return number * 0x010203 ^ 0x5a0000; }

GifFrame noisy(int64_t width, int64_t height, uint32_t colours, Noise& noise) {
  GifFrame frame{Image(width, height, colour_of(0)), 0.25};
  for (int64_t y = 0; y < height; ++y) {
    for (int64_t x = 0; x < width; ++x)
      frame.image.fill(x, y, 1, 1, colour_of(noise.below(colours)));
  }
  return frame;
}

}  // namespace

TEST_CASE("a GIF has the pixels of its frames, of any number of colours", "[unit]") {
  Noise noise;
  // The noise of many colours fills the table of strings again and again.
  for (const uint32_t colours : {1, 2, 3, 4, 5, 16, 17, 128, 129, 255, 256}) {
    INFO(colours);
    std::vector<GifFrame> frames;
    for (int i = 0; i < 3; ++i) frames.push_back(noisy(97, 61, colours, noise));
    frames.back().seconds = 3;
    const auto read = read_gif(gif_of(frames));
    REQUIRE(read.width == 97);
    REQUIRE(read.height == 61);
    CHECK(read.loops);
    REQUIRE(read.frames.size() == 3);
    for (size_t i = 0; i < 3; ++i) {
      CHECK((read.frames[i].pixels == frames[i].image.pixels));
      CHECK(read.frames[i].hundredths == (i == 2 ? 300 : 25));
    }
  }
}

TEST_CASE("a GIF of one pixel, and one of long runs that fill its table with strings", "[unit]") {
  const std::vector<GifFrame> dot = {{Image(1, 1, 0x123456), 1}};
  CHECK(read_gif(gif_of(dot)).frames.at(0).pixels == std::vector<uint8_t>{0x12, 0x34, 0x56});
  // A string a pixel longer with each code: n codes take n * n / 2 pixels.
  std::vector<GifFrame> plain = {{Image(3000, 3000, 0x00ff00), 1}};
  plain[0].image.fill(2999, 2999, 1, 1, 0xff0000);
  const auto file = gif_of(plain);
  CHECK((read_gif(file).frames.at(0).pixels == plain[0].image.pixels));
  CHECK(file.size() < 20'000);
}

TEST_CASE("what no GIF can hold is a fault of who asks for it", "[unit]") {
  Noise noise;
  CHECK_THROWS_AS(gif_of({}), std::logic_error);
  std::vector<GifFrame> frames;
  frames.push_back({Image(4, 4, 0), 0.5});
  frames.push_back({Image(4, 5, 0), 0.5});
  CHECK_THROWS_AS(gif_of(frames), std::logic_error);
  std::vector<GifFrame> many = {noisy(100, 100, 300, noise)};
  CHECK_THROWS_AS(gif_of(many), std::logic_error);
  std::vector<GifFrame> hasty = {{Image(4, 4, 0), 0.001}};
  CHECK_THROWS_AS(gif_of(hasty), std::logic_error);
}

}  // namespace trm::format
