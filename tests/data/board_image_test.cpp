#include "data/board_image.h"

#include <array>
#include <set>

#include "data/tasks/sudoku/task.h"
#include "tensor/batch.h"
#include "tests/catch.h"

namespace trm::data {
namespace {

using Pixel = std::array<int, 3>;
constexpr Pixel kGreen = {0x2c, 0xa0, 0x2c}, kRed = {0xd6, 0x27, 0x28};

Pixel pixel(const format::Image& image, int64_t x, int64_t y) {
  const auto at = static_cast<size_t>(3 * (y * image.width + x));
  return {image.pixels[at], image.pixels[at + 1], image.pixels[at + 2]};
}

// 4x4 Sudoku, whose tokens are 1 for an empty cell and a digit plus one.
const std::vector<Token> kSolution = {2, 3, 4, 5, 4, 5, 2, 3, 3, 2, 5, 4, 5, 4, 3, 2};

std::shared_ptr<Task> small_boards() {
  PackedInfo info;
  info.cells = 16;
  info.vocabulary = 6;
  return std::make_shared<Sudoku>(Sudoku::Config{}, info);
}

}  // namespace

TEST_CASE("right cells that were not given have a green frame, wrong ones a red one", "[unit]") {
  auto input = kSolution, answer = kSolution;
  input[1] = input[2] = 1;
  answer[2] = 2;
  const auto image = board_image(*small_boards(), input, answer, kSolution);
  // Three boards of four cells of 32 pixels, a cell between them.
  REQUIRE(image.width == 3 * 4 * 32 + 2 * 32);
  REQUIRE(image.height == 4 * 32);
  const auto corner = [&](int64_t board, int64_t cell) {
    return pixel(image, board * 5 * 32 + cell % 4 * 32, cell / 4 * 32);
  };
  for (int64_t cell = 0; cell < 16; ++cell) {
    INFO(cell);
    CHECK((corner(1, cell) == kGreen) == (cell == 1));
    CHECK((corner(1, cell) == kRed) == (cell == 2));
    for (const int64_t board : {0, 2}) {
      CHECK(corner(board, cell) != kGreen);
      CHECK(corner(board, cell) != kRed);
    }
  }
  // A digit is drawn where there is one.
  const auto colours = [&](int64_t board, int64_t cell) {
    std::set<Pixel> found;
    for (int64_t y = 4; y < 28; ++y) {
      for (int64_t x = 4; x < 28; ++x)
        found.insert(pixel(image, board * 5 * 32 + cell % 4 * 32 + x, cell / 4 * 32 + y));
    }
    return found.size();
  };
  CHECK(colours(0, 0) == 2);
  CHECK(colours(0, 1) == 1);
  CHECK(colours(1, 1) == 2);
}

TEST_CASE("where the answer is not known, nothing is right or wrong", "[unit]") {
  const std::vector<Token> unknown(16, kIgnoredLabel);
  const auto image = board_image(*small_boards(), kSolution, kSolution, unknown);
  CHECK(image.width == 2 * 4 * 32 + 32);
  for (int64_t x = 0; x < image.width; ++x) {
    CHECK(pixel(image, x, 0) != kGreen);
    CHECK(pixel(image, x, 0) != kRed);
  }
}

}  // namespace trm::data
