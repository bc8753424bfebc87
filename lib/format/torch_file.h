#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "format/pickle.h"

namespace trm::format {

// A state dict that torch.save wrote (PyTorch 1.6 and later): a zip archive whose entries are
// stored, a pickle among them and one entry a storage. open() checks everything before a tensor is
// read: the archive, the pickle, and that each storage is there with as many bytes as its tensors
// say. Memory is bounded by the file's size: nothing is compressed, and all tensors together are no
// larger than four times the file.
class TorchFile {
 public:
  static TorchFile open(const std::filesystem::path& path);

  // In the order of the state dict.
  const std::vector<PickledTensor>& tensors() const { return tensors_; }
  // The bytes of a storage, their checksum verified.
  std::vector<std::byte> read_storage(const std::string& key) const;

 private:
  std::string where_;
  std::string folder_;  // of the archive's entries: "archive/"
  std::shared_ptr<class ZipFile> zip_;
  std::vector<PickledTensor> tensors_;
};

// Whether the file begins as a zip archive does.
bool looks_like_torch_file(const std::filesystem::path& path);

}  // namespace trm::format
