#include "data/puzzle_csv.h"

#include <fmt/format.h>

#include <charconv>

#include "core/error.h"
#include "core/printable.h"

namespace trm::data {

void PuzzleCsv::Row::check_columns() const {
  if (fields.size() == 4) return;
  throw Error(
      fmt::format("{}: {} columns; a row is source,question,answer,rating", where, fields.size()));
}

int64_t PuzzleCsv::Row::rating() const {
  const auto& text = fields[3];
  int32_t rating = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, code] = std::from_chars(text.data(), end, rating);
  if (code != std::errc() || stopped != end || rating < 0) {
    throw Error(
        fmt::format("{}: rating: '{}' is no whole number from 0 to 2147483647; mend the row", where,
                    printable(text)));
  }
  return rating;
}

PuzzleCsv::PuzzleCsv(const std::filesystem::path& path) : reader_(path) {
  if (reader_.next() != std::vector<std::string>{"source", "question", "answer", "rating"}) {
    throw Error(path.string() +
                ": line 1: no header; the first line is source,question,answer,rating");
  }
}

std::optional<PuzzleCsv::Row> PuzzleCsv::next() {
  auto fields = reader_.next();
  if (!fields) return std::nullopt;
  return Row{reader_.where(), reader_.line(), std::move(*fields)};
}

}  // namespace trm::data
