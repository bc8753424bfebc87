#include "kernels/noise.h"

#include <numbers>

#include "core/cut_normal.h"
#include "kernels/cpu/split.h"
#include "kernels/gpu/launch.h"
#include "kernels/uniform_block.h"
#include "tensor/shape.h"

namespace trm::kernels {
namespace {

// Uniform in (-1, 1), both ends left out: the middles of 2^24 equal parts.
torch::Tensor centred(uint64_t key, const torch::Tensor& step, const torch::Tensor& rows,
                      int64_t columns) {
  return uniform(key, step, rows, columns).mul_(2).add_(-1 + 0x1p-24);
}

}  // namespace

torch::Tensor uniform(uint64_t key, const torch::Tensor& step, const torch::Tensor& rows,
                      int64_t columns) {
  expect_shape(step, {1}, "uniform step");
  const auto ids = rows.contiguous();
  const auto draws = torch::empty({ids.size(0), columns}, ids.options().dtype(at::kFloat));
  if (ids.is_cuda()) {
    gpu::uniform(key, step, ids, draws);
    return draws;
  }
  const auto* id = cpu::read<int64_t>(ids);
  const auto number = static_cast<uint64_t>(*cpu::read<int64_t>(step));
  auto* out = cpu::write<float>(draws);
  for (int64_t r = 0; r < ids.size(0); ++r) {
    for (int64_t c = 0; c < columns; c += 4) {
      const auto numbers =
          uniform_block(key, number, static_cast<uint64_t>(id[r]), static_cast<uint32_t>(c / 4));
      std::copy_n(numbers.data(), std::min<int64_t>(4, columns - c), out + r * columns + c);
    }
  }
  return draws;
}

torch::Tensor normal(uint64_t key, const torch::Tensor& step, const torch::Tensor& rows,
                     int64_t columns) {
  return centred(key, step, rows, columns).erfinv_().mul_(std::numbers::sqrt2);
}

torch::Tensor truncated_normal(uint64_t key, const torch::Tensor& step, const torch::Tensor& rows,
                               int64_t columns) {
  const auto [mass, wide] = CutNormal::of(1);
  const double most = CutNormal::kCut * wide;
  return centred(key, step, rows, columns)
      .mul_(mass)
      .erfinv_()
      .mul_(std::numbers::sqrt2 * wide)
      .clamp_(-most, most);
}

}  // namespace trm::kernels
