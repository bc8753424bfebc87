#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "format/lines.h"

namespace trm::format {

// Rows of a separated file (RFC 4180), plain or gzipped. What separates is that of comma, semicolon
// and tab which the first row has most of. Lines may end in \r\n, also inside quotes, where they
// are read as \n; empty lines are passed over. A quote that does not begin a field is a character.
// Error on a row over 1 MiB, an open quote or a damaged archive.
class CsvReader {
 public:
  enum class Comments { kNone, kHash };  // whether lines that begin with # are passed over

  explicit CsvReader(const std::filesystem::path& path, Comments comments = Comments::kNone);

  std::optional<std::vector<std::string>> next();
  int64_t line() const { return line_; }  // where the row begins that next() gave, from 1
  std::string where() const { return lines_.where(line_); }  // "train.csv: line 17"
  char separator() const { return separator_; }              // 0 before the first row

 private:
  LineReader lines_;
  Comments comments_;
  char separator_ = 0;
  int64_t line_ = 0;
};

}  // namespace trm::format
