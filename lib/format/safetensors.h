#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/file.h"
#include "format/dtype.h"

namespace trm::format {

struct TensorView {
  std::string name;
  DType dtype;
  std::vector<int64_t> shape;
  std::span<const std::byte> bytes;
};

// A safetensors file, mapped. open() checks everything before a byte of it is used: header length,
// JSON, types, shapes, offsets that neither overlap nor leave holes, unique names, file size.
class SafetensorsFile {
 public:
  static SafetensorsFile open(const std::filesystem::path& path);

  const std::vector<TensorView>& tensors() const { return tensors_; }  // in the order of their data
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  std::shared_ptr<const MappedFile> file_;
  std::vector<TensorView> tensors_;
  std::map<std::string, std::string> metadata_;
};

// A file whose tensors are known by name, type and shape and come in pieces, so that none is ever
// whole in memory. It appears whole or not at all.
class SafetensorsStream {
 public:
  explicit SafetensorsStream(const std::filesystem::path& path) : file_(path) {}

  // Before the first piece, in the order that they have in the file. `bytes` are not looked at.
  void begin(std::span<const TensorView> tensors);
  bool begun() const { return !ends_.empty(); }
  // The next bytes of a tensor, by its number.
  void add(size_t tensor, std::span<const std::byte> bytes);
  void commit();  // std::logic_error where bytes are missing

 private:
  NewFile file_;
  std::vector<size_t> places_, ends_;  // in the file, of each tensor's next byte and last
};

// Writes tensors in the given order, the data section starting at a multiple of 64 bytes.
void write_safetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                       const std::map<std::string, std::string>& metadata);

}  // namespace trm::format
