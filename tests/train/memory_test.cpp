#include "tensor/memory.h"

#include <malloc.h>

#include "tests/catch.h"
#include "tests/train/small_trainer.h"

namespace trm::train {
namespace {

int64_t bytes_in_use() {
  const auto heap = mallinfo2();
  return static_cast<int64_t>(heap.uordblks + heap.hblkhd);
}

// A shard's thread may free what another allocated a moment sooner or later, so that malloc wants
// one more page some steps on; what must never be is steps that go on taking, or keep a tensor.
TEST_CASE("steps stop taking memory", "[unit]") {
  keep_freed_memory();
  constexpr int64_t kQuiet = kTotalSteps;  // steps in a row that take nothing from the system
  for (const int64_t threads : {1, 2}) {
    INFO(threads << " threads");
    auto trainer = trainer_with(fast(), 3, threads);
    int64_t step = 1, quiet = 0;
    for (; step <= 2 * kTotalSteps; ++step) trainer.advance(batch_of(step));
    const auto used = bytes_in_use();
    auto taken = taken_memory(torch::kCPU).bytes;
    for (; step <= 8 * kTotalSteps && quiet < kQuiet; ++step) {
      trainer.advance(batch_of(step));
      const auto now = taken_memory(torch::kCPU).bytes;
      quiet = now == taken ? quiet + 1 : 0;
      taken = now;
    }
    CHECK(quiet == kQuiet);
    CHECK(bytes_in_use() - used < 100 * kQuiet);  // the smallest tensor is more than 200 a step
  }
}

}  // namespace
}  // namespace trm::train
