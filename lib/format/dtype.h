#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace trm::format {

enum class DType { u8, i8, u16, i16, u32, i32, i64, f16, bf16, f32, f64, boolean };

constexpr bool is_integer(DType type) { return type <= DType::i64; }

struct DTypeInfo {
  DType type;
  size_t bytes;
  std::string_view safetensors;  // name there
  std::string_view npy;          // descr there; empty where NumPy has none
};

inline constexpr DTypeInfo kDTypes[] = {
    {DType::u8, 1, "U8", "|u1"},   {DType::i8, 1, "I8", "|i1"},
    {DType::u16, 2, "U16", "<u2"}, {DType::i16, 2, "I16", "<i2"},
    {DType::u32, 4, "U32", "<u4"}, {DType::i32, 4, "I32", "<i4"},
    {DType::i64, 8, "I64", "<i8"}, {DType::f16, 2, "F16", "<f2"},
    {DType::bf16, 2, "BF16", ""},  {DType::f32, 4, "F32", "<f4"},
    {DType::f64, 8, "F64", "<f8"}, {DType::boolean, 1, "BOOL", "|b1"}};

constexpr const DTypeInfo& info_of(DType type) { return kDTypes[static_cast<size_t>(type)]; }

// Bytes of an array; nothing where a size is negative, or where the sizes overflow. Those of an
// array without elements may not either: its strides are products of the others.
inline std::optional<size_t> bytes_of(DType type, const std::vector<int64_t>& shape) {
  auto bytes = static_cast<int64_t>(info_of(type).bytes);
  bool empty = false;
  for (const int64_t n : shape) {
    if (n < 0 || __builtin_mul_overflow(bytes, std::max<int64_t>(n, 1), &bytes)) {
      return std::nullopt;
    }
    empty = empty || n == 0;
  }
  return empty ? 0 : static_cast<size_t>(bytes);
}

}  // namespace trm::format
