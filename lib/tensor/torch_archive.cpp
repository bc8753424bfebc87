#include "tensor/torch_archive.h"

#include <ATen/core/Dict.h>
#include <ATen/ops/from_blob.h>
#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/serialization/pickler.h>

#include <exception>

#include "core/error.h"
#include "core/file.h"
#include "tensor/dtype.h"
#include "tensor/values.h"

namespace trm {
namespace {

void copy_view(const format::PickledTensor& from, std::vector<std::byte>& storage,
               const torch::Tensor& into) {
  if (into.numel() == 0) return;
  const auto all = at::from_blob(storage.data(), {from.storage_count}, into.options());
  into.copy_(all.as_strided(from.shape, from.strides, from.offset));
}

// The pickle, and the tensors whose storages it refers to by their number.
struct Pickled {
  std::string bytes;
  std::vector<torch::Tensor> storages;
};

Pickled pickle(const Archive& archive) {
  c10::Dict<std::string, torch::Tensor> dict;
  for (const auto& [name, value] : archive.tensors) {
    // A tensor may be a view of a buffer that holds more: what is written is its own.
    dict.insert(name, value.detach().to(at::kCPU).clone(at::MemoryFormat::Contiguous));
  }
  Pickled pickled;
  torch::jit::Pickler pickler(
      [&](const char* data, size_t size) { pickled.bytes.append(data, size); }, nullptr, nullptr,
      nullptr, nullptr, /*tag_aggregates=*/false);
  pickler.protocol();
  pickler.pushIValue(dict);
  pickler.stop();
  pickled.storages = pickler.tensorData();
  return pickled;
}

}  // namespace

Archive load_state_dict(const format::TorchFile& file, const format::StateDict& dict) {
  torch::NoGradGuard no_grad;
  Archive archive;
  archive.where = file.where();
  // Storages are read one by one, and each is forgotten after its tensors.
  std::map<std::string, std::vector<size_t>> users;
  for (const auto& tensor : dict.tensors) {
    users[tensor.storage].push_back(archive.tensors.size());
    archive.add(tensor.name, torch::empty(tensor.shape, tensor_type(tensor.dtype)));
  }
  for (const auto& [key, indices] : users) {
    auto storage = file.read_storage(key);
    for (const size_t i : indices) {
      copy_view(dict.tensors[i], storage, archive.tensors[i].value);
    }
  }
  return archive;
}

void save_torch_archive(const std::filesystem::path& path, const Archive& archive) {
  const auto pickled = pickle(archive);
  NewFile file(path);
  // No exception may pass through LibTorch's archive code, and a short count would end in one of
  // its.
  std::exception_ptr failure;
  caffe2::serialize::PyTorchStreamWriter writer([&](const void* data, size_t size) {
    try {
      if (!failure) file.write({static_cast<const std::byte*>(data), size});
    } catch (const Error&) {
      failure = std::current_exception();
    }
    return size;
  });
  writer.writeRecord("data.pkl", pickled.bytes.data(), pickled.bytes.size());
  const std::string order = "little";
  writer.writeRecord("byteorder", order.data(), order.size());
  for (size_t i = 0; i < pickled.storages.size(); ++i) {
    const auto bytes = bytes_of(pickled.storages[i]);
    writer.writeRecord("data/" + std::to_string(i), bytes.data(), bytes.size());
  }
  writer.writeEndOfFile();
  if (failure) std::rethrow_exception(failure);
  file.commit();
}

}  // namespace trm
