#pragma once

#include <ATen/Parallel.h>

#include "kernels/cpu/rows.h"
#include "tensor/values.h"

namespace trm::kernels::cpu {

// Where the kernels read and write: std::logic_error on a tensor with strides of its own.
template <class T>
const T* read(const torch::Tensor& x) {
  expect_dense(x, sizeof(T));
  return static_cast<const T*>(x.const_data_ptr());
}
template <class T>
T* write(const torch::Tensor& x) {
  expect_dense(x, sizeof(T));
  return static_cast<T*>(x.mutable_data_ptr());
}

// Calls f(float{}) or f(BFloat16{}) after the tensor's type.
template <class F>
void with_type(const torch::Tensor& x, const F& f) {
  if (x.scalar_type() == at::kFloat) {
    f(float{});
  } else if (x.scalar_type() == at::kBFloat16) {
    f(BFloat16{});
  } else {
    throw std::logic_error(std::string("fused kernel: no code for ") +
                           at::toString(x.scalar_type()));
  }
}

// Splits [0, count) over LibTorch's threads; `cost` is about the operations of one index.
template <class F>
void split(int64_t count, int64_t cost, const F& f) {
  constexpr int64_t kWorthAThread = 32768;
  at::parallel_for(0, count, std::max<int64_t>(1, kWorthAThread / std::max<int64_t>(cost, 1)), f);
}

}  // namespace trm::kernels::cpu
