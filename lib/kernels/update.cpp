#include "kernels/update.h"

#include <ATen/ops/atan2.h>
#include <ATen/ops/eq.h>
#include <ATen/ops/where.h>

#include <cstring>
#include <unordered_map>

#include "kernels/cpu/split.h"
#include "kernels/gpu/launch.h"
#include "tensor/shape.h"

namespace trm::kernels {
namespace {

using torch::Tensor;
using CpuStep = void (*)(float*, float*, float*, const float*, const AdamScalars&, int64_t,
                         int64_t);

void adam_step(const Tensor& p, const Tensor& m, const Tensor& v, const Tensor& g,
               const Tensor& scalars, const Tensor& apply, CpuStep step, bool atan2) {
  expect_like(m, p, "adam m");
  expect_like(v, p, "adam v");
  expect_like(g, p, "adam g");
  if (p.is_cuda()) {
    gpu::adam(p, m, v, g, scalars, apply, atan2);
    return;
  }
  if (*cpu::read<float>(apply) == 0.0F) return;
  AdamScalars s{};
  static_assert(sizeof(AdamScalars) == 6 * sizeof(float));
  expect_shape(scalars, {6}, "adam scalars");
  std::memcpy(&s, cpu::read<float>(scalars), sizeof(s));
  cpu::split(p.numel(), 16, [&](int64_t begin, int64_t end) {
    step(cpu::write<float>(p), cpu::write<float>(m), cpu::write<float>(v), cpu::read<float>(g), s,
         begin, end);
  });
}

}  // namespace

void adam_atan2(const Tensor& p, const Tensor& m, const Tensor& v, const Tensor& g,
                const Tensor& scalars, const Tensor& apply) {
  adam_step(p, m, v, g, scalars, apply, cpu::adam_atan2, true);
}

void adamw(const Tensor& p, const Tensor& m, const Tensor& v, const Tensor& g,
           const Tensor& scalars, const Tensor& apply) {
  adam_step(p, m, v, g, scalars, apply, cpu::adamw, false);
}

void adam_atan2_reference(const Tensor& p, const Tensor& m, const Tensor& v, const Tensor& g,
                          const AdamScalars& s) {
  torch::NoGradGuard no_grad;
  m.lerp_(g, s.gain1);
  v.lerp_(g.square(), s.gain2);
  p.mul_(s.decay).sub_(at::atan2(m, v.sqrt() * s.inverse_bias2), s.rate);
}

void average(const Tensor& average, const Tensor& p, double rate, const Tensor& apply) {
  expect_like(average, p, "average");
  if (p.is_cuda()) {
    gpu::average(average, p, rate, apply);
    return;
  }
  if (*cpu::read<float>(apply) == 0.0F) return;
  cpu::split(p.numel(), 2, [&](int64_t begin, int64_t end) {
    cpu::average(cpu::write<float>(average), cpu::read<float>(p), rate, begin, end);
  });
}

namespace {

// Sums the rows of an id in their order, in the place of the first of them.
void sign_update_on_cpu(const Tensor& table, const Tensor& ids, const Tensor& gradients, float rate,
                        float decay) {
  const int64_t rows = gradients.size(0), width = gradients.size(1);
  const auto sums = gradients.clone(at::MemoryFormat::Contiguous);
  auto* sum = cpu::write<float>(sums);
  auto* value = cpu::write<float>(table);
  const auto* id = cpu::read<int64_t>(ids);
  std::unordered_map<int64_t, int64_t> first;
  for (int64_t r = 0; r < rows; ++r) {
    const auto [found, is_new] = first.emplace(id[r], r);
    if (is_new) continue;
    auto* into = sum + found->second * width;
    for (int64_t c = 0; c < width; ++c) into[c] += sum[r * width + c];
  }
  for (const auto& [puzzle, r] : first) {
    auto* row = value + puzzle * width;
    for (int64_t c = 0; c < width; ++c) {
      const float g = sum[r * width + c];
      row[c] = row[c] * decay - rate * static_cast<float>((g > 0) - (g < 0));
    }
  }
}

}  // namespace

void sign_update(const Tensor& table, const Tensor& ids, const Tensor& gradients,
                 const Tensor& scalars, const Tensor& apply) {
  torch::NoGradGuard no_grad;
  if (table.is_cpu()) {
    if (*cpu::read<float>(apply) == 0.0F) return;
    const auto* numbers = cpu::read<float>(scalars);
    sign_update_on_cpu(table, ids.to(at::kLong).contiguous(), gradients, numbers[0], numbers[1]);
    return;
  }
  // Row i of `same` selects the rows that share i's id: each duplicate computes the one sum, in one
  // order, and writes the one result, with fixed shapes and no word to the host.
  const auto same = at::eq(ids.unsqueeze(1), ids.unsqueeze(0)).to(gradients.scalar_type());
  const auto sums = at::mm(same, gradients);  // [B, D]
  const auto rows = table.index_select(0, ids);
  const auto moved = rows * scalars[1] - scalars[0] * sums.sign();
  table.index_copy_(0, ids.to(at::kLong), at::where(apply.ne(0), moved, rows));
}

}  // namespace trm::kernels
