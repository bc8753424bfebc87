#pragma once

#include <stdexcept>
#include <string>

#include "format/dtype.h"
#include "tensor/torch.h"

namespace trm {

// The element types that files and tensors share.
inline constexpr std::pair<format::DType, at::ScalarType> kSharedTypes[] = {
    {format::DType::u8, at::kByte},       {format::DType::i8, at::kChar},
    {format::DType::u16, at::kUInt16},    {format::DType::i16, at::kShort},
    {format::DType::u32, at::kUInt32},    {format::DType::i32, at::kInt},
    {format::DType::i64, at::kLong},      {format::DType::f16, at::kHalf},
    {format::DType::bf16, at::kBFloat16}, {format::DType::f32, at::kFloat},
    {format::DType::f64, at::kDouble},    {format::DType::boolean, at::kBool}};

inline format::DType file_type(at::ScalarType type) {
  for (const auto& [file, tensor] : kSharedTypes) {
    if (tensor == type) return file;
  }
  throw std::logic_error(std::string("no file type for tensors of ") + at::toString(type));
}

inline at::ScalarType tensor_type(format::DType type) {
  for (const auto& [file, tensor] : kSharedTypes) {
    if (file == type) return tensor;
  }
  throw std::logic_error("no tensor type for a file's dtype");
}

}  // namespace trm
