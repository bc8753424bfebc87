#include "tensor/values.h"

#include <sstream>
#include <stdexcept>

namespace trm {
namespace {

[[noreturn]] void refuse(const torch::Tensor& x, const std::string& what) {
  std::ostringstream text;
  text << "values of a tensor " << x.sizes() << " of " << x.scalar_type() << " on " << x.device()
       << ": " << what;
  throw std::logic_error(text.str());
}

void expect_host(const torch::Tensor& x) {
  if (!x.device().is_cpu()) refuse(x, "copy it to the CPU first");
  if (!x.is_contiguous()) refuse(x, "not contiguous");
}

template <class T>
void expect_values(const torch::Tensor& x) {
  expect_host(x);
  if (x.scalar_type() != c10::CppTypeToScalarType<T>::value) {
    refuse(x, std::string("read as ") + c10::toString(c10::CppTypeToScalarType<T>::value));
  }
}

size_t count_of(const torch::Tensor& x) { return static_cast<size_t>(x.numel()); }

// Where row i begins, and how long it is.
std::pair<size_t, size_t> row_place(const torch::Tensor& x, int64_t i) {
  if (x.dim() == 0 || i < 0 || i >= x.size(0)) refuse(x, "no row " + std::to_string(i));
  const size_t length = count_of(x) / static_cast<size_t>(x.size(0));
  return {static_cast<size_t>(i) * length, length};
}

}  // namespace

template <class T>
std::span<const T> values_of(const torch::Tensor& x) {
  expect_values<T>(x);
  return {x.const_data_ptr<T>(), count_of(x)};
}

template <class T>
std::span<T> writable_values_of(const torch::Tensor& x) {
  expect_values<T>(x);
  return {x.mutable_data_ptr<T>(), count_of(x)};
}

template <class T>
std::span<const T> row_of(const torch::Tensor& x, int64_t i) {
  const auto [begin, length] = row_place(x, i);
  return values_of<T>(x).subspan(begin, length);
}

template <class T>
std::span<T> writable_row_of(const torch::Tensor& x, int64_t i) {
  const auto [begin, length] = row_place(x, i);
  return writable_values_of<T>(x).subspan(begin, length);
}

std::span<const std::byte> bytes_of(const torch::Tensor& x) {
  expect_host(x);
  return {static_cast<const std::byte*>(x.const_data_ptr()), x.nbytes()};
}

std::span<std::byte> writable_bytes_of(const torch::Tensor& x) {
  expect_host(x);
  return {static_cast<std::byte*>(x.mutable_data_ptr()), x.nbytes()};
}

void expect_dense(const torch::Tensor& x, size_t size) {
  if (!x.is_contiguous()) refuse(x, "a kernel needs it contiguous");
  if (static_cast<size_t>(x.element_size()) != size) {
    refuse(x, "a kernel takes it for elements of " + std::to_string(size) + " bytes");
  }
}

#define TRM_VALUES_OF(T)                                                \
  template std::span<const T> values_of<T>(const torch::Tensor&);       \
  template std::span<T> writable_values_of<T>(const torch::Tensor&);    \
  template std::span<const T> row_of<T>(const torch::Tensor&, int64_t); \
  template std::span<T> writable_row_of<T>(const torch::Tensor&, int64_t);
TRM_VALUES_OF(uint8_t)
TRM_VALUES_OF(int32_t)
TRM_VALUES_OF(int64_t)
TRM_VALUES_OF(float)
TRM_VALUES_OF(double)
#undef TRM_VALUES_OF

}  // namespace trm
