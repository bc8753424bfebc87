#include "format/torch_file.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "core/error.h"
#include "core/printable.h"
#include "format/zip.h"

namespace trm::format {
namespace {

constexpr std::string_view kPickle = "data.pkl";
constexpr uint64_t kMostPickleBytes = uint64_t{1} << 30;
constexpr uint64_t kMostShared = 4;
constexpr std::string_view kOldHead = "\x80\x02\x8a\x0a";  // a pickle of a magic number

std::string first_bytes(const std::filesystem::path& path) {
  std::array<char, 4> head{};
  std::ifstream(path, std::ios::binary).read(head.data(), head.size());
  return {head.data(), head.size()};
}

// "archive/" of the one entry "archive/data.pkl".
std::string folder_of(const ZipFile& zip, const std::string& where) {
  std::string folder;
  int found = 0;
  for (const auto& [name, entry] : zip.entries()) {
    if (name != kPickle && !name.ends_with("/" + std::string(kPickle))) continue;
    folder = name.substr(0, name.size() - kPickle.size());
    ++found;
  }
  if (found != 1) {
    throw Error(where + ": a zip archive with " + (found == 0 ? "no" : "more than one") +
                " data.pkl in it; save model.state_dict() with torch.save");
  }
  return folder;
}

// What torch.save of a machine with the other byte order writes.
void check_byte_order(const ZipFile& zip, const std::string& folder, const std::string& where) {
  const auto entry = zip.entries().find(folder + "byteorder");
  if (entry == zip.entries().end()) return;  // files before PyTorch 2.1 have none
  const auto bytes = zip.read(entry->second);
  const std::string_view order(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (order != "little")
    throw Error(where + ": byte order other than little; convert it in Python");
}

}  // namespace

TorchFile TorchFile::open(const std::filesystem::path& path) {
  TorchFile file;
  file.where_ = path.string();
  if (first_bytes(path) == kOldHead) {
    throw Error(file.where_ +
                ": torch.save of before PyTorch 1.6, which is no archive; load it with a newer "
                "PyTorch and save it again");
  }
  file.zip_ = std::make_shared<ZipFile>(path);
  file.folder_ = folder_of(*file.zip_, file.where_);
  check_byte_order(*file.zip_, file.folder_, file.where_);
  const auto& pickle = file.zip_->entries().at(file.folder_ + std::string(kPickle));
  if (pickle.bytes > kMostPickleBytes) throw Error(file.where_ + ": a pickle of over 1 GiB");
  file.found_ = read_state_dicts(file.zip_->read(pickle), file.where_);

  const uint64_t most = kMostShared * std::filesystem::file_size(path);
  uint64_t all = 0;
  for (const auto& dict : file.found_.dicts) {
    for (const auto& tensor : dict.tensors) {
      file.check_storage(tensor);
      all += std::min(bytes_of(tensor.dtype, tensor.shape).value_or(most + 1), most + 1);
      if (all > most) {
        throw Error(file.where_ +
                    ": its tensors together are over four times as large as the file");
      }
    }
  }
  return file;
}

void TorchFile::check_storage(const PickledTensor& tensor) const {
  const auto name =
      where_ + ": storage '" + printable(tensor.storage) + "' of " + printable(tensor.name);
  const auto entry = zip_->entries().find(folder_ + "data/" + tensor.storage);
  if (entry == zip_->entries().end()) throw Error(name + " is not in the archive");
  if (bytes_of(tensor.dtype, {tensor.storage_count}) != entry->second.bytes) {
    throw Error(name + " has " + std::to_string(entry->second.bytes) + " bytes where " +
                std::to_string(tensor.storage_count) + " elements are said to be");
  }
}

std::vector<std::byte> TorchFile::read_storage(const std::string& key) const {
  return zip_->read(zip_->entries().at(folder_ + "data/" + key));
}

bool looks_like_torch_file(const std::filesystem::path& path) {
  const auto head = first_bytes(path);
  return head == "PK\x03\x04" || head == kOldHead;
}

}  // namespace trm::format
