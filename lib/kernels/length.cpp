#include "kernels/length.h"

#include "kernels/cpu/split.h"

namespace trm::kernels {
namespace {

constexpr int64_t kBlock = 8192;

// Sixteen sums side by side, which fill the vector registers, and are then added in order.
double squares_of(const float* x, int64_t count) {
  constexpr int64_t kLanes = 16;
  double sums[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (int64_t k = 0; k < kLanes; ++k) {
      const double value = x[i + k];
      sums[k] += value * value;
    }
  }
  for (; i < count; ++i) sums[i % kLanes] += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  double sum = 0;
  for (const double part : sums) sum += part;
  return sum;
}

}  // namespace

torch::Tensor squared_length(const torch::Tensor& x) {
  torch::NoGradGuard no_grad;
  const auto flat = x.detach().to(at::kFloat).contiguous();
  if (flat.is_cuda()) {
    const auto wide = flat.to(at::kDouble);
    return wide.mul(wide).sum();
  }
  const auto* numbers = cpu::read<float>(flat);
  const int64_t count = flat.numel(), blocks = (count + kBlock - 1) / kBlock;
  std::vector<double> sums(static_cast<size_t>(blocks));
  cpu::split(blocks, kBlock, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      sums[static_cast<size_t>(b)] =
          squares_of(numbers + b * kBlock, std::min(kBlock, count - b * kBlock));
    }
  });
  double sum = 0;
  for (const double part : sums) sum += part;
  return torch::tensor(sum, at::kDouble);
}

torch::Tensor length(const torch::Tensor& x) { return squared_length(x).sqrt().to(at::kFloat); }

}  // namespace trm::kernels
