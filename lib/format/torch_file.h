#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "format/pickle.h"

namespace trm::format {

// State dicts that torch.save wrote (PyTorch 1.6 and later), one or several and beside them
// whatever a training program keeps (pickle.h): a zip archive whose entries are stored, a pickle
// among them and one entry a storage. open() checks everything before a tensor is read: the
// archive, the pickle, and that each storage is there with as many bytes as its tensors say. Memory
// is bounded by the file's size: nothing is compressed, and all tensors together are no larger than
// four times the file.
class TorchFile {
 public:
  static TorchFile open(const std::filesystem::path& path);

  const std::string& where() const { return where_; }
  // At least one.
  const std::vector<StateDict>& state_dicts() const { return found_.dicts; }
  // What else is in the file, for people: "step: an integer".
  const std::vector<std::string>& others() const { return found_.others; }
  // The bytes of a storage, their checksum verified.
  std::vector<std::byte> read_storage(const std::string& key) const;

 private:
  void check_storage(const PickledTensor& tensor) const;

  std::string where_;
  std::string folder_;  // of the archive's entries: "archive/"
  std::shared_ptr<class ZipFile> zip_;
  StateDicts found_;
};

// Whether the file begins as one of torch.save does, be it one of before PyTorch 1.6, which open()
// refuses by that name.
bool looks_like_torch_file(const std::filesystem::path& path);

}  // namespace trm::format
