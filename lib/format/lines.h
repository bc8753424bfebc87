#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "format/gzip.h"

namespace trm::format {

// The lines of a text, plain or gzipped, without what ends them (\n or \r\n) and without the mark
// that spreadsheets begin UTF-8 with. Error on a line that is longer than it may be and on a
// damaged archive.
class LineReader {
 public:
  LineReader(const std::filesystem::path& path, size_t most_bytes, std::string kind);

  std::optional<std::string> next();
  int64_t line() const { return line_; }  // that next() gave, from 1
  std::string where(int64_t line) const;  // "train.csv: line 17"
  std::string where() const { return where(line_); }

 private:
  bool fill();

  std::string name_, kind_;  // kind: what it should be, "a CSV file"
  size_t most_bytes_;
  GzipReader file_;
  std::string buffer_;
  size_t begin_ = 0;  // of what is not read yet
  int64_t line_ = 0;
};

}  // namespace trm::format
