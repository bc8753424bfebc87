#include "data/augmentations.h"

#include "core/hash.h"
#include "data/inconsistent.h"
#include "data/number_list.h"
#include "format/npy.h"

namespace trm::data {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCodes = "augmentations.npy";
constexpr const char* kIndices = "augmentation_indices.npy";

}  // namespace

std::string hash_of(const Augmentations& augmentations) {
  Sha256 all;
  const auto add = [&](const auto& values) {
    const auto bytes = std::as_bytes(std::span(values));
    all.add({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  };
  add(augmentations.codes);
  add(augmentations.begin);
  return all.hex();
}

std::shared_ptr<const Augmentations> read_augmentations(const fs::path& folder,
                                                        int64_t identifiers) {
  const auto codes = folder / kCodes, indices = folder / kIndices;
  if (!fs::exists(codes) && !fs::exists(indices)) return nullptr;
  const auto listed = read_numbers(codes), offsets = read_numbers(indices);
  auto all = std::make_shared<Augmentations>();
  all->codes.assign(listed.values.begin(), listed.values.end());
  all->begin = offsets.values;
  all->files = {listed.stamp, offsets.stamp};
  check_offsets(indices, all->begin, static_cast<int64_t>(all->codes.size()));
  if (static_cast<int64_t>(all->begin.size()) != identifiers + 1)
    inconsistent(indices, "not the places of every identifier's copies");
  for (size_t j = 0; j + 1 < all->begin.size(); ++j) {
    if (all->codes[static_cast<size_t>(all->begin[j])] != 0)
      inconsistent(codes, "a puzzle that is not its own first copy");
  }
  return all;
}

void write_augmentations(const fs::path& folder, const std::vector<std::vector<uint32_t>>& codes) {
  std::vector<int32_t> begin = {0}, all;
  for (const auto& copies : codes) {
    for (const auto code : copies) all.push_back(static_cast<int32_t>(code));
    begin.push_back(static_cast<int32_t>(all.size()));
  }
  const auto write = [&](const char* name, const std::vector<int32_t>& values) {
    const int64_t shape[] = {static_cast<int64_t>(values.size())};
    format::write_npy(folder / name, format::DType::i32, shape, std::as_bytes(std::span(values)));
  };
  write(kCodes, all);
  write(kIndices, begin);
}

}  // namespace trm::data
