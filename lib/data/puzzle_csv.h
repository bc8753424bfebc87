#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/csv.h"

namespace trm::data {

// Puzzles of a table, plain or gzipped. Its first row names the columns, in any order and spelling
// of case: the puzzles' (question, puzzle, quizzes, ...), and where they are there the answers'
// (answer, solution, solutions, ...), rating (or difficulty) and source; others are passed over. A
// table without such a row has a puzzle a line, or a puzzle and its answer.
class PuzzleCsv {
 public:
  struct Columns {
    size_t count = 0;  // of a row
    size_t question = 0;
    std::optional<size_t> answer, rating, source;
  };

  struct Row {
    std::string where;  // "file: line n"
    int64_t line;
    std::vector<std::string> fields;  // none where there are not as many as columns
    Columns columns;
    size_t count;  // of fields in the file

    // Fault where the row has not the header's number of columns; the parts are there after it.
    void check_columns() const;
    size_t bytes() const;  // of its fields
    std::string source() const { return columns.source ? fields[*columns.source] : ""; }
    // Boards may go over several lines.
    std::string question() const;
    std::optional<std::string> answer() const;
    // The whole number next to it; Fault where it is no number from 0 to 2147483647.
    std::optional<int64_t> rating() const;
  };

  // What a kind of puzzle looks like.
  struct Kind {
    std::function<bool(std::string_view text)> is_board;
    format::CsvReader::Comments comments;
  };

  // Error quoting a header that names no column of puzzles, or one twice.
  PuzzleCsv(const std::filesystem::path& path, const Kind& kind);
  std::optional<Row> next();
  const Columns& columns() const { return columns_; }

 private:
  void read_header(const std::vector<std::string>& names);

  format::CsvReader reader_;
  Columns columns_;
  std::optional<std::vector<std::string>> first_;  // row, where it is a puzzle
};

}  // namespace trm::data
