#pragma once

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/randn.h>

#include "tensor/torch.h"
#include "tests/catch.h"
#include "tests/gpu.h"

// What the tests of kernels share: reproducible inputs, the distance of a result from its
// reference, and the twin of a test on a GPU.

namespace trm::kernels {

inline torch::Tensor normal(at::IntArrayRef shape, at::ScalarType type = at::kFloat,
                            uint64_t seed = 1) {
  at::manual_seed(seed);
  return at::randn(shape).to(type);
}

// The same numbers in other places: dimensions 1 and 2 lie transposed in memory.
inline torch::Tensor transposed_copy(const torch::Tensor& x) {
  return x.transpose(1, 2).contiguous().transpose(1, 2);
}

inline torch::Tensor leaf(const torch::Tensor& x) { return x.detach().clone().requires_grad_(); }

// In float64, on the CPU, as a leaf that collects gradients.
inline torch::Tensor exact(const torch::Tensor& x) {
  return x.detach().to(at::kCPU).to(at::kDouble).requires_grad_();
}

// The largest |result - expected| / (|expected| + root mean square of expected).
inline double distance(const torch::Tensor& result, const torch::Tensor& expected) {
  REQUIRE(result.sizes() == expected.sizes());
  const auto e = expected.detach().to(at::kCPU).to(at::kDouble);
  const auto difference = (result.detach().to(at::kCPU).to(at::kDouble) - e).abs();
  const auto scale = e.abs() + e.square().mean().sqrt();
  return (difference / scale.clamp_min(1e-300)).max().item<double>();
}

inline bool same_bits(const torch::Tensor& a, const torch::Tensor& b) {
  return a.scalar_type() == b.scalar_type() &&
         at::equal(a.detach().to(at::kCPU), b.detach().to(at::kCPU));
}

// Roundings to a result of this type: half a unit in the last place, and a few of float on the way.
inline double rounding(at::ScalarType type) { return type == at::kFloat ? 6e-7 : 4.0e-3; }

// f() once for each of several numbers of threads.
template <class F>
void for_thread_counts(const F& f) {
  const int before = at::get_num_threads();
  for (const int threads : {1, 2, 3, 7}) {
    at::set_num_threads(threads);
    f();
  }
  at::set_num_threads(before);
}

inline torch::Tensor on_gpu(const torch::Tensor& x) { return x.detach().to(torch::kCUDA); }

}  // namespace trm::kernels
