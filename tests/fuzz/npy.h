#pragma once

#include "core/error.h"
#include "format/npy.h"
#include "tests/format/torch_file_builder.h"
#include "tests/fuzz/subject.h"
#include "tests/scratch_folder.h"

namespace trm {

// The bytes with the header's length that their header has: a mutation seldom leaves it right.
inline std::string with_npy_length(std::string bytes) {
  const auto end = bytes.find('\n');
  if (bytes.size() < 10 || end == std::string::npos || end < 10) return bytes;
  return bytes.replace(8, 2, little(static_cast<uint16_t>(end + 1 - 10)));
}

inline Subject npy_subject() {
  const auto npy = [](const std::string& header, const std::string& data) {
    return std::string("\x93NUMPY\x01\x00", 8) + little(static_cast<uint16_t>(header.size())) +
           header + data;
  };
  const auto read = [](const fs::path& path) {
    const auto array = format::read_npy(path);
    const bool floats = array.dtype == format::DType::f16 || array.dtype == format::DType::f32 ||
                        array.dtype == format::DType::f64;
    for (int64_t i = 0; i < array.count() && !floats; ++i) array.integer(i);
  };
  return {
      {npy("{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }   \n", std::string(12, '\1')),
       npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 5), }\n", std::string(10, '\7')),
       npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), }\n", std::string(4, '\0'))},
      {"'descr'", "'fortran_order'", "'shape'", "'<i8'", "'|b1'", "(", ")", ",", "True", "False",
       "\x93NUMPY", "0, ", "(0,)"},
      [read, scratch = std::make_shared<ScratchFolder>()](const std::string& bytes) {
        try {
          read(scratch->file("x.npy", bytes));
        } catch (const Error&) {
          read(scratch->file("x.npy", with_npy_length(bytes)));
        }
      }};
}

}  // namespace trm
