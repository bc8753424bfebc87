#pragma once

#include <optional>
#include <string>
#include <vector>

#include "format/csv.h"

namespace trm::data {

// The rows of a file `source,question,answer,rating` with that header, plain or gzipped: the format
// of the public Sudokus and mazes. Error "file: line n: ..." on another header.
class PuzzleCsv {
 public:
  struct Row {
    std::string where;  // "file: line n"
    int64_t line;
    std::vector<std::string> fields;

    // Error where the row has other than four columns; the parts are there after it.
    void check_columns() const;
    const std::string& source() const { return fields[0]; }
    const std::string& question() const { return fields[1]; }
    const std::string& answer() const { return fields[2]; }
    int64_t rating() const;  // Error where it is no whole number from 0 to 2147483647
  };

  explicit PuzzleCsv(const std::filesystem::path& path);
  std::optional<Row> next();

 private:
  format::CsvReader reader_;
};

}  // namespace trm::data
