#include "tensor/archive.h"

#include <cstring>
#include <set>
#include <sstream>

#include "core/error.h"
#include "core/printable.h"
#include "format/safetensors.h"
#include "tensor/dtype.h"
#include "tensor/values.h"

namespace trm {
namespace {

// The parts of a name between its dots.
std::set<std::string> parts_of(const std::string& name) {
  std::set<std::string> parts;
  std::istringstream text(name);
  for (std::string part; std::getline(text, part, '.');) parts.insert(part);
  return parts;
}

// "; the nearest is 'x'" where a name shares a part with the one that is missing.
std::string nearest(const std::string& name, const std::vector<std::string>& there) {
  const auto parts = parts_of(name);
  size_t most = 0;
  std::string best;
  for (const auto& candidate : there) {
    size_t shared = 0;
    for (const auto& part : parts_of(candidate)) shared += parts.contains(part);
    if (shared > most) {
      most = shared;
      best = candidate;
    }
  }
  return best.empty() ? "" : "; the nearest is '" + printable(best) + "'";
}

}  // namespace

const torch::Tensor* Archive::find(const std::string& name) const {
  for (const auto& tensor : tensors) {
    if (tensor.name == name) return &tensor.value;
  }
  return nullptr;
}

const torch::Tensor& Archive::at(const std::string& name) const {
  if (const auto* value = find(name)) return *value;
  std::vector<std::string> there;
  for (const auto& tensor : tensors) there.push_back(tensor.name);
  throw Error(where + ": no tensor '" + name + "'" + nearest(name, there) + "; " +
              (there.empty() ? "there are none" : "those that are there: " + listed(there)) +
              "; it is not a file of this kind or model");
}

void save_archive(const std::filesystem::path& path, const Archive& archive) {
  std::vector<torch::Tensor> kept;
  std::vector<format::TensorView> views;
  for (const auto& [name, value] : archive.tensors) {
    kept.push_back(value.detach().to(at::kCPU).contiguous());
    const auto& tensor = kept.back();
    views.push_back(
        {name, file_type(tensor.scalar_type()), tensor.sizes().vec(), bytes_of(tensor)});
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
      std::memcpy(writable_bytes_of(tensor).data(), view.bytes.data(), view.bytes.size());
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
