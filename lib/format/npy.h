#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

#include "core/file.h"
#include "format/dtype.h"

namespace trm::format {

// A NumPy array on disk, mapped. Valid as long as `file` lives.
struct NpyArray {
  DType dtype;
  std::vector<int64_t> shape;
  std::span<const std::byte> bytes;
  std::shared_ptr<const MappedFile> file;

  int64_t count() const;
  // Element i of an array of any integer type or bool.
  int64_t integer(int64_t i) const;
};

// Reads versions 1 to 3, little-endian and in C order; Error naming what else was found, and on a
// header or a size that does not fit the file.
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
