#pragma once

#include <cstddef>
#include <span>

#include "tensor/torch.h"

namespace trm {

// A tensor's numbers as memory, in the order of its indices. An address alone says nothing of
// strides, type or device: a column of a matrix, read through it, gives its neighbours' numbers.
// Outside kernels these are the only way to one (tests/architecture_test.cpp); each throws
// std::logic_error where the tensor is not on the CPU, not contiguous, or not of T's type.
//
// A span lives as long as the tensor's memory. Temporaries are refused by the compiler: name the
// tensor.
template <class T>
std::span<const T> values_of(const torch::Tensor& x);
template <class T>
std::span<T> writable_values_of(const torch::Tensor& x);
template <class T>
std::span<const T> values_of(const torch::Tensor&& x) = delete;
template <class T>
std::span<T> writable_values_of(const torch::Tensor&& x) = delete;

// Row i of x [rows, ...].
template <class T>
std::span<const T> row_of(const torch::Tensor& x, int64_t i);
template <class T>
std::span<T> writable_row_of(const torch::Tensor& x, int64_t i);
template <class T>
std::span<const T> row_of(const torch::Tensor&& x, int64_t i) = delete;
template <class T>
std::span<T> writable_row_of(const torch::Tensor&& x, int64_t i) = delete;

// Of any type, for files and hashes.
std::span<const std::byte> bytes_of(const torch::Tensor& x);
std::span<std::byte> writable_bytes_of(const torch::Tensor& x);
std::span<const std::byte> bytes_of(const torch::Tensor&& x) = delete;
std::span<std::byte> writable_bytes_of(const torch::Tensor&& x) = delete;

// What a kernel checks before it takes an address, on any device: contiguous, of elements of `size`
// bytes.
void expect_dense(const torch::Tensor& x, size_t size);

}  // namespace trm
