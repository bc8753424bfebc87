#include "kernels/tile.h"

#include "tests/catch.h"

namespace trm::kernels {

// LibTorch throws where it has none for the processor: with ONEDNN_MAX_CPU_ISA=AVX2 that is any.
TEST_CASE("whether a processor has tiles is found without an error", "[unit]") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    const bool has = tile::available(type);
    CHECK(tile::available(type) == has);
  }
  CHECK_FALSE(tile::available(at::kDouble));
}

}  // namespace trm::kernels
