#include "kernels/noise.h"

#include "kernels/cpu/split.h"
#include "kernels/gpu/launch.h"
#include "kernels/uniform_block.h"

namespace trm::kernels {

torch::Tensor uniform(uint64_t key, int64_t step, const torch::Tensor& rows, int64_t columns) {
  const auto ids = rows.contiguous();
  const auto draws = torch::empty({ids.size(0), columns}, ids.options().dtype(at::kFloat));
  if (ids.is_cuda()) {
    gpu::uniform(key, step, ids, draws);
    return draws;
  }
  const auto* id = cpu::read<int64_t>(ids);
  auto* out = cpu::write<float>(draws);
  for (int64_t r = 0; r < ids.size(0); ++r) {
    for (int64_t c = 0; c < columns; c += 4) {
      const auto numbers =
          uniform_block(key, static_cast<uint64_t>(step), static_cast<uint64_t>(id[r]),
                        static_cast<uint32_t>(c / 4));
      std::copy_n(numbers.data(), std::min<int64_t>(4, columns - c), out + r * columns + c);
    }
  }
  return draws;
}

}  // namespace trm::kernels
