#include "kernels/noise.h"

#include "kernels/cpu/split.h"
#include "kernels/gpu/launch.h"
#include "kernels/uniform_block.h"

namespace trm::kernels {

torch::Tensor uniform(uint64_t key, int64_t step, int64_t first_row, at::IntArrayRef shape,
                      const torch::Device& device) {
  const auto draws = torch::empty(shape, torch::dtype(at::kFloat).device(device));
  if (device.is_cuda()) {
    gpu::uniform(key, step, first_row, draws);
    return draws;
  }
  auto* out = cpu::write<float>(draws);
  for (int64_t r = 0; r < shape[0]; ++r) {
    for (int64_t c = 0; c < shape[1]; c += 4) {
      const auto numbers =
          uniform_block(key, static_cast<uint64_t>(step), static_cast<uint64_t>(first_row + r),
                        static_cast<uint32_t>(c / 4));
      std::copy_n(numbers.data(), std::min<int64_t>(4, shape[1] - c), out + r * shape[1] + c);
    }
  }
  return draws;
}

}  // namespace trm::kernels
