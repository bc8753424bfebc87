#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

struct zip;

namespace trm::format {

// A zip archive of entries that are stored as they are. Error on an archive that is damaged or
// inconsistent, on a compressed or encrypted entry, on two entries of one name, and on entries that
// together are larger than the file.
class ZipFile {
 public:
  explicit ZipFile(const std::filesystem::path& path);
  ~ZipFile();
  ZipFile(const ZipFile&) = delete;
  ZipFile& operator=(const ZipFile&) = delete;

  struct Entry {
    uint64_t index, bytes;
  };
  const std::map<std::string, Entry>& entries() const { return entries_; }
  // The bytes of an entry; Error where their checksum differs.
  std::vector<std::byte> read(const Entry& entry) const;

 private:
  void list_entries(uint64_t file_bytes);

  std::string where_;
  zip* archive_ = nullptr;
  std::map<std::string, Entry> entries_;
};

}  // namespace trm::format
