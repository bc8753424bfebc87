#pragma once

#include <zlib.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace trm::format {

// Rows of a comma-separated file (RFC 4180 without line breaks inside quotes), plain or gzipped.
// Lines may end in \r\n; empty lines are passed over. Error on a line over 1 MiB, an open quote or
// a damaged archive.
class CsvReader {
 public:
  explicit CsvReader(const std::filesystem::path& path);
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  std::optional<std::vector<std::string>> next();
  int64_t line() const { return line_; }  // of the row that next() gave, from 1
  std::string where() const;              // "train.csv: line 17"

 private:
  std::optional<std::string> next_line();

  std::string name_;
  gzFile file_ = nullptr;
  int64_t line_ = 0;
};

}  // namespace trm::format
