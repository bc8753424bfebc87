#pragma once

#include <zlib.h>

#include <filesystem>
#include <span>
#include <string>

namespace trm::format {

// A regular file, gzipped or plain, read front to back as the text that it holds.
class GzipReader {
 public:
  explicit GzipReader(const std::filesystem::path& path);
  ~GzipReader();
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  // Fills `bytes` as far as there are any; how many it were, 0 at the end. Error "where: ..." on a
  // damaged or truncated archive.
  size_t read(std::span<char> bytes, const std::string& where);

 private:
  gzFile file_;
};

// All of it; Error when that is more than `most_bytes`, whatever the size of the archive.
std::string read_unzipped(const std::filesystem::path& path, size_t most_bytes = size_t{1} << 30);

}  // namespace trm::format
