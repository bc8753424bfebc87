#include "tensor/tensor_file.h"

#include "tensor/torch_archive.h"

namespace trm {

TensorFile::TensorFile(const std::filesystem::path& path) : where_(path.string()) {
  if (!format::looks_like_torch_file(path)) {
    safetensors_ = load_archive(path);
    auto& dict = dicts_.emplace_back();
    for (const auto& tensor : safetensors_.tensors) dict.names.push_back(tensor.name);
    return;
  }
  torch_ = format::TorchFile::open(path);
  for (const auto& state : torch_->state_dicts()) {
    auto& dict = dicts_.emplace_back(Dict{state.path, {}});
    for (const auto& tensor : state.tensors) dict.names.push_back(tensor.name);
  }
}

Archive TensorFile::load(size_t dict) const {
  return torch_ ? load_state_dict(*torch_, torch_->state_dicts().at(dict)) : safetensors_;
}

std::vector<std::string> TensorFile::others() const {
  return torch_ ? torch_->others() : std::vector<std::string>();
}

}  // namespace trm
