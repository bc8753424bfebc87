#include "core/random.h"
#include "kernels/gpu/queue.h"
#include "tests/kernels/emulation/numbers.h"

namespace trm::emulation {
namespace {

using namespace kernels::gpu;

void check_noise(uint64_t step, int64_t rows, int64_t columns, const Offsets& offsets) {
  CAPTURE(step, rows, columns, offsets[0], offsets[1]);
  constexpr uint64_t kKey = 0x123456789ABCDEF0U;
  Array<float> out(rows * columns, offsets[0]);
  Array<int64_t> ids(rows, offsets[1]);
  Numbers expected;
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t id = (int64_t{1} << 32) - 2 + r * 3;  // over the edge of 32 bits
    ids[static_cast<size_t>(r)] = id;
    auto stream = Stream::from_key(kKey, step, static_cast<uint64_t>(id));
    for (int64_t c = 0; c < columns; ++c) expected.push_back((stream.next() >> 8) / 16777216.0);
  }
  Array<int64_t> at_step(1);
  at_step[0] = static_cast<int64_t>(step);
  queue_uniform(out.data(), kKey, at_step.data(), ids.data(), rows, columns, nullptr);
  CHECK(out.numbers() == expected);
}

}  // namespace

TEST_CASE("the CUDA noise has the bits of the rows' streams", "[unit]") {
  for_sizes([](int64_t rows, int64_t columns, const Offsets& offsets) {
    check_noise(5, rows, columns, offsets);
  });
  check_noise((uint64_t{1} << 40) + 3, 7, 33, {});
  check_noise(5, 0, 33, {});
  check_noise(5, 33, 0, {});
}

}  // namespace trm::emulation
