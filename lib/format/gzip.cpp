#include "format/gzip.h"

#include "core/error.h"

namespace trm::format {

GzipReader::GzipReader(const std::filesystem::path& path) {
  const auto name = path.string();
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status)) throw Error(name + ": no such file");
  if (!std::filesystem::is_regular_file(status)) throw Error(name + ": not a regular file");
  file_ = gzopen(path.c_str(), "rb");
  if (file_ == nullptr) throw Error(name + ": cannot read; check its permissions");
  gzbuffer(file_, 1 << 17);
}

GzipReader::~GzipReader() { gzclose(file_); }

size_t GzipReader::read(std::span<char> bytes, const std::string& where) {
  const int got = gzread(file_, bytes.data(), static_cast<unsigned>(bytes.size()));
  if (got >= 0 && static_cast<size_t>(got) == bytes.size()) return bytes.size();
  int code = Z_OK;
  const char* text = gzerror(file_, &code);
  if (code != Z_OK && code != Z_STREAM_END)
    throw Error(where + ": damaged archive: " + text + "; fetch it again");
  return static_cast<size_t>(got);
}

std::string read_unzipped(const std::filesystem::path& path, size_t most_bytes) {
  GzipReader file(path);
  std::string text;
  for (size_t got = 1; got != 0;) {
    constexpr size_t kPiece = 1 << 18;
    const size_t before = text.size();
    if (before > most_bytes) {
      throw Error(path.string() + ": more than " + std::to_string(most_bytes) +
                  " bytes, more than such a file can have");
    }
    text.resize(before + kPiece);
    got = file.read(std::span(text).last(kPiece), path.string());
    text.resize(before + got);
  }
  return text;
}

}  // namespace trm::format
