#include "format/zip.h"

#include <zip.h>

#include "core/error.h"
#include "core/printable.h"

namespace trm::format {
namespace {

std::string text_of(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

}  // namespace

ZipFile::ZipFile(const std::filesystem::path& path) : where_(path.string()) {
  int code = 0;
  archive_ = zip_open(where_.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
  if (!archive_) {
    throw Error(where_ + ": no whole zip archive (" + text_of(code) + "); fetch or save it again");
  }
  try {
    list_entries(std::filesystem::file_size(path));
  } catch (...) {
    zip_discard(archive_);
    throw;
  }
}

ZipFile::~ZipFile() { zip_discard(archive_); }

void ZipFile::list_entries(uint64_t file_bytes) {
  const auto count = zip_get_num_entries(archive_, 0);
  uint64_t all = 0;
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                                     ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(archive_, static_cast<zip_uint64_t>(i), 0, &stat) != 0 ||
        (stat.valid & kNeeded) != kNeeded) {
      throw Error(where_ + ": entry " + std::to_string(i) + " cannot be read");
    }
    const auto fail = [&](const std::string& what) {
      throw Error(where_ + ": entry '" + printable(stat.name) + "' " + what +
                  "; save the state dict again with torch.save");
    };
    if (stat.comp_method != ZIP_CM_STORE) fail("is compressed, which torch.save never does");
    if (stat.encryption_method != ZIP_EM_NONE) fail("is encrypted");
    if (stat.size != stat.comp_size) fail("has two different sizes");
    if (stat.size > file_bytes - std::min(all, file_bytes))
      fail("makes all entries larger than the file");
    all += stat.size;
    if (!entries_.emplace(stat.name, Entry{static_cast<uint64_t>(i), stat.size}).second) {
      fail("is there twice");
    }
  }
}

std::vector<std::byte> ZipFile::read(const Entry& entry) const {
  auto* file = zip_fopen_index(archive_, entry.index, 0);
  std::vector<std::byte> bytes(file ? entry.bytes : 0);
  uint64_t done = 0;
  zip_int64_t got = file ? 1 : -1;
  while (got > 0 && done < bytes.size()) {
    got = zip_fread(file, bytes.data() + done, bytes.size() - done);
    if (got > 0) done += static_cast<uint64_t>(got);
  }
  // One read more: at the end the library compares the checksum.
  std::byte beyond;
  if (got >= 0 && file) got = zip_fread(file, &beyond, 1);
  const bool whole = got == 0 && done == bytes.size();
  if (file) zip_fclose(file);
  if (!whole) {
    throw Error(where_ + ": entry " + std::to_string(entry.index) +
                " is damaged (truncated, or its checksum differs); fetch or save the file again");
  }
  return bytes;
}

}  // namespace trm::format
