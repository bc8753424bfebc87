#pragma once

#include <optional>

#include "format/torch_file.h"
#include "tensor/archive.h"

namespace trm {

// A file of named tensors of either kind, told by its first bytes: safetensors, or one of
// torch.save with one state dict or several. Opening reads no tensor of the latter.
class TensorFile {
 public:
  explicit TensorFile(const std::filesystem::path& path);

  const std::string& where() const { return where_; }
  struct Dict {
    std::string path;  // the keys that lead to it (format/pickle.h); "" of a safetensors file
    std::vector<std::string> names;
  };
  const std::vector<Dict>& dicts() const { return dicts_; }
  Archive load(size_t dict) const;
  // What else is in it, for people.
  std::vector<std::string> others() const;

 private:
  std::string where_;
  std::vector<Dict> dicts_;
  std::optional<format::TorchFile> torch_;
  Archive safetensors_;
};

}  // namespace trm
