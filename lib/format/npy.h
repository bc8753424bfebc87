#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

#include "core/file.h"
#include "core/steady_file.h"
#include "format/dtype.h"

namespace trm::format {

// What the first bytes of a .npy file say, checked against its size.
struct NpyHeader {
  DType dtype = DType::u8;
  std::vector<int64_t> shape = {};
  size_t offset = 0;  // of the numbers in the file

  int64_t count() const;  // of numbers
};
// Versions 1 to 3, little-endian and in C order; Error naming what else was found, and on a header
// or a size that does not fit the file.
NpyHeader read_npy_header(const SteadyFile& file);

// A number of any integer type or bool.
int64_t integer_at(DType type, const std::byte* at);

// A NumPy array in memory.
struct NpyArray {
  DType dtype;
  std::vector<int64_t> shape;
  std::vector<std::byte> bytes;

  int64_t count() const;
  // Element i of an array of any integer type or bool.
  int64_t integer(int64_t i) const;
};
NpyArray read_npy(const std::filesystem::path& path);

// Writes what numpy.save writes, byte for byte, a few rows after the other.
class NpyStream {
 public:
  NpyStream(const std::filesystem::path& path, DType dtype, std::span<const int64_t> shape);
  void add(std::span<const std::byte> bytes);
  void finish();  // std::logic_error where the bytes are not those of the shape

 private:
  NewFile file_;
  size_t expected_, written_ = 0;
};

// The same at once.
void write_npy(const std::filesystem::path& path, DType dtype, std::span<const int64_t> shape,
               std::span<const std::byte> bytes);

}  // namespace trm::format
