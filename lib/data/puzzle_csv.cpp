#include "data/puzzle_csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include "core/printable.h"
#include "data/fault_list.h"

namespace trm::data {
namespace {

using Names = std::span<const std::string_view>;
constexpr std::string_view kQuestions[] = {"question", "questions", "puzzle", "puzzles",
                                           "quiz",     "quizzes",   "board",  "maze"};
constexpr std::string_view kAnswers[] = {"answer",    "answers", "solution",
                                         "solutions", "solved",  "label"};
constexpr std::string_view kRatings[] = {"rating", "difficulty"};
constexpr std::string_view kSources[] = {"source"};

// As columns are compared: without blanks around it, in small letters.
std::string plain(std::string name) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!name.empty() && blank(name.back())) name.pop_back();
  while (!name.empty() && blank(name.front())) name.erase(0, 1);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

std::optional<size_t> column_of(const std::vector<std::string>& names, Names known,
                                const std::string& where) {
  std::optional<size_t> found;
  for (size_t i = 0; i < names.size(); ++i) {
    if (std::find(known.begin(), known.end(), plain(names[i])) == known.end()) continue;
    if (found) {
      throw Error(
          fmt::format("{}: the columns '{}' and '{}' could both be meant; rename one of them",
                      where, printable(names[*found]), printable(names[i])));
    }
    found = i;
  }
  return found;
}

std::string without_line_ends(std::string text) {
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r'; });
  return text;
}

}  // namespace

void PuzzleCsv::Row::check_columns() const {
  if (count == columns.count) return;
  throw Fault("columns", fmt::format("{}: {} columns where the first row has {}; mend the row",
                                     where, count, columns.count));
}

size_t PuzzleCsv::Row::bytes() const {
  size_t bytes = 0;
  for (const auto& field : fields) bytes += field.size();
  return bytes;
}

std::string PuzzleCsv::Row::question() const { return without_line_ends(fields[columns.question]); }

std::optional<std::string> PuzzleCsv::Row::answer() const {
  if (!columns.answer) return std::nullopt;
  return without_line_ends(fields[*columns.answer]);
}

std::optional<int64_t> PuzzleCsv::Row::rating() const {
  if (!columns.rating) return std::nullopt;
  const auto& text = fields[*columns.rating];
  double rating = -1;
  const char* end = text.data() + text.size();
  const auto [stopped, code] = std::from_chars(text.data(), end, rating);
  if (code != std::errc() || stopped != end || !(rating >= 0) || rating > 2147483647) {
    throw Fault("rating",
                fmt::format("{}: rating: '{}' is no number from 0 to 2147483647; mend the "
                            "row, or rename the column and it is not read",
                            where, printable(text)));
  }
  return std::llround(rating);
}

PuzzleCsv::PuzzleCsv(const std::filesystem::path& path, const Kind& kind)
    : reader_(path, kind.comments) {
  first_ = reader_.next();
  if (!first_) throw Error(path.string() + ": empty; its first line names the columns");
  if (!kind.is_board(first_->front())) {
    read_header(*first_);
    first_.reset();
    return;
  }
  columns_.count = first_->size();
  if (columns_.count == 1) return;
  if (columns_.count == 2 && kind.is_board(first_->back())) {
    columns_.answer = 1;
    return;
  }
  throw Error(fmt::format("{}: {} columns without names; add a first line such as question,answer",
                          reader_.where(), columns_.count));
}

void PuzzleCsv::read_header(const std::vector<std::string>& names) {
  const auto where = reader_.where();
  const auto question = column_of(names, kQuestions, where);
  if (!question) {
    const std::string separator(1, reader_.separator());
    throw Error(
        fmt::format("{}: no column of puzzles in the header '{}'; name it question, puzzle or "
                    "quizzes (and that of the answers answer or solution)",
                    where, printable(fmt::format("{}", fmt::join(names, separator)), 200)));
  }
  columns_ = {names.size(), *question, column_of(names, kAnswers, where),
              column_of(names, kRatings, where), column_of(names, kSources, where)};
}

std::optional<PuzzleCsv::Row> PuzzleCsv::next() {
  auto fields = first_ ? std::exchange(first_, std::nullopt) : reader_.next();
  if (!fields) return std::nullopt;
  const auto count = fields->size();
  if (count != columns_.count) fields->clear();
  return Row{reader_.where(), reader_.line(), std::move(*fields), columns_, count};
}

}  // namespace trm::data
