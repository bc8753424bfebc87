#include "tensor/archive.h"

#include <cstring>
#include <sstream>

#include "core/error.h"
#include "format/safetensors.h"
#include "tensor/dtype.h"

namespace trm {
const torch::Tensor* Archive::find(const std::string& name) const {
  for (const auto& tensor : tensors) {
    if (tensor.name == name) return &tensor.value;
  }
  return nullptr;
}

const torch::Tensor& Archive::at(const std::string& name) const {
  if (const auto* value = find(name)) return *value;
  throw Error(where + ": no tensor '" + name + "'; it is not a file of this kind or model");
}

void save_archive(const std::filesystem::path& path, const Archive& archive) {
  std::vector<torch::Tensor> kept;
  std::vector<format::TensorView> views;
  for (const auto& [name, value] : archive.tensors) {
    kept.push_back(value.detach().to(at::kCPU).contiguous());
    const auto& tensor = kept.back();
    views.push_back({name,
                     file_type(tensor.scalar_type()),
                     tensor.sizes().vec(),
                     {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()}});
  }
  format::write_safetensors(path, views, archive.metadata);
}

Archive load_archive(const std::filesystem::path& path) {
  const auto file = format::SafetensorsFile::open(path);
  Archive archive;
  archive.where = path.string();
  archive.metadata = file.metadata();
  for (const auto& view : file.tensors()) {
    auto tensor = torch::empty(view.shape, tensor_type(view.dtype));
    if (!view.bytes.empty()) {
      std::memcpy(tensor.mutable_data_ptr(), view.bytes.data(), view.bytes.size());
    }
    archive.add(view.name, tensor);
  }
  return archive;
}

void copy_checked(const torch::Tensor& from, const torch::Tensor& into, const std::string& where,
                  const std::string& name) {
  if (from.sizes() != into.sizes()) {
    std::ostringstream text;
    text << where << ": " << name << " is " << from.sizes() << " there and " << into.sizes()
         << " here; use the config that it was made with";
    throw Error(text.str());
  }
  torch::NoGradGuard no_grad;
  into.detach().copy_(from);
}

}  // namespace trm
