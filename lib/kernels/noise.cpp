#include "kernels/noise.h"

#include "core/random.h"
#include "tensor/shape.h"

namespace trm::kernels {

torch::Tensor uniform(uint64_t key, int64_t step, int64_t first_row, at::IntArrayRef shape,
                      const torch::Device& device) {
  const auto draws = torch::empty(shape, at::kFloat);
  auto* out = draws.mutable_data_ptr<float>();
  for (int64_t r = 0; r < shape[0]; ++r) {
    auto stream = Stream::from_key(key, static_cast<uint64_t>(step),
                                   static_cast<uint64_t>(first_row + r));
    for (int64_t c = 0; c < shape[1]; ++c) {
      out[r * shape[1] + c] = static_cast<float>(stream.next() >> 8) * 0x1p-24F;
    }
  }
  return draws.to(device, /*non_blocking=*/true);
}

}  // namespace trm::kernels
