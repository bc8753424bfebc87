#include "kernels/noise.h"

#include "core/random.h"
#include "kernels/uniform_block.h"
#include "tests/at_step.h"
#include "tests/kernels/compare.h"

namespace trm::kernels {
namespace {

torch::Tensor rows_from(int64_t first, int64_t count) {
  return torch::arange(first, first + count, at::kLong);
}

TEST_CASE("uniform numbers are those of the rows' streams", "[unit]") {
  const uint64_t key = stream_key(7, "exploration");
  for (const int64_t step : {int64_t{0}, int64_t{3}, (int64_t{5} << 32) + 9}) {
    for (const int64_t first_row : {int64_t{0}, int64_t{2}, (int64_t{1} << 33) + 1}) {
      for (const int64_t columns : {1, 2, 4, 7, 9}) {
        CAPTURE(step, first_row, columns);
        const auto draws = uniform(key, at_step(step), rows_from(first_row, 3), columns);
        for (int64_t r = 0; r < 3; ++r) {
          auto stream = Stream::from_key(key, static_cast<uint64_t>(step),
                                         static_cast<uint64_t>(first_row + r));
          for (int64_t c = 0; c < columns; ++c) {
            const float expected = static_cast<float>(stream.next() >> 8) * 0x1p-24F;
            CHECK(draws[r][c].item<float>() == expected);
          }
        }
      }
    }
  }
}

TEST_CASE("a micro-batch draws what its rows of the whole batch draw", "[unit]") {
  const auto whole = uniform(1, at_step(2), rows_from(10, 6), 5);
  CHECK(same_bits(uniform(1, at_step(2), rows_from(13, 3), 5), whole.slice(0, 3)));
  CHECK(same_bits(uniform(1, at_step(2), rows_from(10, 6), 2), whole.slice(1, 0, 2).contiguous()));
}

TEST_CASE("uniform numbers fill [0, 1) evenly and differ by step and key", "[unit]") {
  const auto draws = uniform(1, at_step(1), rows_from(0, 100), 100);
  CHECK(draws.min().item<float>() >= 0);
  CHECK(draws.max().item<float>() < 1);
  CHECK(draws.mean().item<double>() == Approx(0.5).margin(0.01));
  CHECK(draws.var().item<double>() == Approx(1.0 / 12).margin(0.003));
  CHECK_FALSE(same_bits(draws, uniform(1, at_step(2), rows_from(0, 100), 100)));
  CHECK_FALSE(same_bits(draws, uniform(2, at_step(1), rows_from(0, 100), 100)));
}

TEST_CASE("the CUDA noise has the CPU's bits", "[gpu]") {
  if (no_gpu()) return;
  for (const int64_t columns : {1, 2, 7, 512}) {
    const int64_t step = (int64_t{5} << 32) + 9, row = (int64_t{1} << 33) + 1;
    CHECK(same_bits(
        uniform(11, at_step(step).to(torch::kCUDA), rows_from(row, 37).to(torch::kCUDA), columns),
        uniform(11, at_step(step), rows_from(row, 37), columns)));
  }
}

}  // namespace
}  // namespace trm::kernels
