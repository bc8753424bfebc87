#include "format/safetensors.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/error.h"
#include "core/printable.h"
#include "format/json.h"

namespace trm::format {
namespace {

using nlohmann::json;

[[noreturn]] void fail(const std::string& where, const std::string& what) {
  throw Error(where + ": not a readable safetensors file: " + what);
}

DType dtype_named(const std::string& name, const std::string& where, const std::string& tensor) {
  for (const auto& info : kDTypes) {
    if (info.safetensors == name) return info.type;
  }
  fail(where, "tensor '" + tensor + "' has the unknown type '" + printable(name) + "'");
}

std::vector<uint64_t> numbers(const json& list, const std::string& where, const std::string& what) {
  if (!list.is_array() || list.size() > 64) fail(where, what + " is not a list of sizes");
  std::vector<uint64_t> values;
  for (const auto& item : list) {
    if (!item.is_number_unsigned()) fail(where, what + " is not a list of whole numbers");
    values.push_back(item.get<uint64_t>());
  }
  return values;
}

TensorView parse_tensor(const std::string& full_name, const json& entry,
                        std::span<const std::byte> data, const std::string& where) {
  const auto name = printable(full_name);  // for messages
  if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") ||
      !entry.contains("shape") || !entry.contains("data_offsets") || !entry["dtype"].is_string()) {
    fail(where, "tensor '" + name + "' lacks dtype, shape or data_offsets");
  }
  TensorView view{.name = full_name,
                  .dtype = dtype_named(entry["dtype"].get<std::string>(), where, name),
                  .shape = {},
                  .bytes = {}};
  for (const uint64_t n : numbers(entry["shape"], where, "the shape of '" + name + "'")) {
    if (n > INT64_MAX) fail(where, "the shape of '" + name + "' is too large");
    view.shape.push_back(static_cast<int64_t>(n));
  }
  const auto offsets = numbers(entry["data_offsets"], where, "data_offsets of '" + name + "'");
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data.size()) {
    fail(where, "tensor '" + name + "' lies outside the file; is it truncated?");
  }
  const auto size = bytes_of(view.dtype, view.shape);
  if (!size || *size != offsets[1] - offsets[0]) {
    fail(where, "tensor '" + name + "' has not the size of its shape");
  }
  view.bytes = data.subspan(offsets[0], *size);
  return view;
}

size_t size_of(const TensorView& tensor) {
  const auto bytes = bytes_of(tensor.dtype, tensor.shape);
  if (!bytes) throw std::logic_error("safetensors: a shape that cannot be: " + tensor.name);
  return *bytes;
}

// What comes before the data, which starts at a multiple of 64 bytes.
std::string start_of(std::span<const TensorView> tensors,
                     const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  size_t offset = 0;
  for (const auto& tensor : tensors) {
    const size_t end = offset + size_of(tensor);
    header[tensor.name] = {{"dtype", info_of(tensor.dtype).safetensors},
                           {"shape", tensor.shape},
                           {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  constexpr size_t kAlignment = 64;
  text.append((kAlignment - (text.size() + 8) % kAlignment) % kAlignment, ' ');
  const uint64_t length = text.size();
  std::string start(sizeof(length), '\0');
  std::memcpy(start.data(), &length, sizeof(length));
  return start + text;
}

}  // namespace

SafetensorsFile SafetensorsFile::open(const std::filesystem::path& path) {
  const auto where = path.string();
  SafetensorsFile result;
  result.file_ = MappedFile::open(path);
  const auto bytes = result.file_->bytes();
  uint64_t length = 0;
  if (bytes.size() < sizeof(length)) fail(where, "truncated");
  std::memcpy(&length, bytes.data(), sizeof(length));
  if (length > bytes.size() - sizeof(length) || length > 100'000'000)
    fail(where, "truncated header");
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + 8, length);
  const auto header = parse_json(text, where);
  if (!header.is_object()) fail(where, "the header is not a JSON object");
  const auto data = bytes.subspan(sizeof(length) + length);
  for (const auto& [name, entry] : header.items()) {
    if (name != "__metadata__") {
      result.tensors_.push_back(parse_tensor(name, entry, data, where));
      continue;
    }
    if (!entry.is_object()) fail(where, "__metadata__ is not a JSON object");
    for (const auto& [key, value] : entry.items()) {
      if (!value.is_string()) fail(where, "__metadata__ holds something other than text");
      result.metadata_[key] = value.get<std::string>();
    }
  }
  std::stable_sort(result.tensors_.begin(), result.tensors_.end(),
                   [](const auto& a, const auto& b) {
                     return std::pair(a.bytes.data(), a.bytes.size()) <
                            std::pair(b.bytes.data(), b.bytes.size());
                   });
  const std::byte* end = data.data();
  for (const auto& view : result.tensors_) {
    if (view.bytes.data() != end)
      fail(where, "tensor '" + printable(view.name) + "' overlaps another or leaves a hole");
    end += view.bytes.size();
  }
  if (end != data.data() + data.size()) fail(where, "bytes after the last tensor");
  return result;
}

void SafetensorsStream::begin(std::span<const TensorView> tensors) {
  const auto start = start_of(tensors, {});
  file_.write(std::as_bytes(std::span(start)));
  size_t place = start.size();
  for (const auto& tensor : tensors) {
    places_.push_back(place);
    ends_.push_back(place += size_of(tensor));
  }
}

void SafetensorsStream::add(size_t tensor, std::span<const std::byte> bytes) {
  auto& place = places_.at(tensor);
  if (bytes.size() > ends_[tensor] - place)
    throw std::logic_error("safetensors: more bytes than a tensor's shape has");
  file_.write_at(place, bytes);
  place += bytes.size();
}

void SafetensorsStream::commit() {
  if (!begun() || places_ != ends_)
    throw std::logic_error("safetensors: bytes of a tensor are missing");
  file_.commit();
}

void write_safetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                       const std::map<std::string, std::string>& metadata) {
  const auto start = start_of(tensors, metadata);
  std::vector<std::span<const std::byte>> pieces = {std::as_bytes(std::span(start))};
  for (const auto& tensor : tensors) pieces.push_back(tensor.bytes);
  write_file(path, pieces);
}

}  // namespace trm::format
