#include "apps/solve_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <iterator>

#include "core/error.h"
#include "core/file.h"
#include "format/csv.h"
#include "tensor/values.h"

namespace trm::apps {
namespace {

constexpr size_t kMostBytes = size_t{1} << 28;

constexpr std::string_view kPuzzleColumns[] = {"question", "puzzle", "puzzles", "quiz", "quizzes"};
constexpr std::string_view kAnswerColumns[] = {"answer", "answers", "solution", "solutions"};

std::optional<size_t> column_of(const std::vector<std::string>& names,
                                std::span<const std::string_view> wanted) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (std::find(wanted.begin(), wanted.end(), names[i]) != wanted.end()) return i;
  }
  return std::nullopt;
}

// What could not be read, of many puzzles.
class Faults {
 public:
  void add(const std::string& where, const std::string& what) {
    if (count_++ == 0) first_ = where + ": " + what;
  }
  void check(const std::string& name, size_t puzzles) const {
    if (count_ == 0) return;
    if (puzzles == 1) throw Error(first_);
    throw Error(fmt::format("{}: {} of {} puzzles cannot be read, the first: {}", name, count_,
                            puzzles, first_));
  }

 private:
  int64_t count_ = 0;
  std::string first_;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    auto line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(std::move(line));
    at = end + 1;
  }
  return lines;
}

bool is_blank(const std::string& line) {
  return line.find_first_not_of(" \t") == std::string::npos;
}

// Whether its first line names columns.
bool is_table(const std::string& text) {
  const auto line = text.substr(0, text.find('\n'));
  return std::any_of(std::begin(kPuzzleColumns), std::end(kPuzzleColumns),
                     [&](auto name) { return line.find(name) != std::string::npos; });
}

std::string read_all(std::istream& stream, const std::string& name) {
  std::string text;
  std::array<char, 1 << 16> block;
  while (stream.read(block.data(), block.size()), stream.gcount() > 0) {
    text.append(block.data(), static_cast<size_t>(stream.gcount()));
    if (text.size() > kMostBytes) throw Error(name + ": over 256 MiB; solve it in parts");
  }
  return text;
}

// A text as a file, for readers of files.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) {
    auto name = (fs::temp_directory_path() / "trm-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw Error(name + ": cannot be made; set TMPDIR");
    folder_ = name;
    write_text(path(), text);
  }
  ~TemporaryFile() {
    std::error_code code;
    fs::remove_all(folder_, code);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  fs::path path() const { return folder_ / "standard input"; }

 private:
  fs::path folder_;
};

}  // namespace

Batch batch_of(std::span<const WrittenPuzzle> puzzles, int64_t cells, int64_t puzzle_id) {
  const auto rows = static_cast<int64_t>(puzzles.size());
  Batch batch{torch::empty({rows, cells}, at::kInt),
              torch::full({rows, cells}, kIgnoredLabel, at::kInt),
              torch::full({rows}, puzzle_id, at::kInt), rows};
  for (int64_t r = 0; r < rows; ++r) {
    const auto& written = puzzles[static_cast<size_t>(r)];
    const auto put = [&](const auto& tokens, const torch::Tensor& into) {
      const auto row = writable_row_of<data::Token>(into, r);
      for (size_t i = 0; i < row.size(); ++i) row[i] = tokens.at(i);
    };
    put(written.puzzle, batch.inputs);
    if (written.answer) put(*written.answer, batch.labels);
  }
  return batch;
}

std::vector<data::Token> PuzzleReader::parse(std::string_view text) const {
  auto puzzle = task_.parse(text);
  if (task_.size_of(puzzle) == 0)
    throw Error("puzzle: nothing is given in it; there is nothing to solve");
  return puzzle;
}

bool PuzzleReader::is_puzzle(std::string_view text) const {
  try {
    task_.parse(text);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// An answer has what no puzzle has, as the path of a maze: its cells are read one by one, where a
// cell is one character.
std::vector<data::Token> PuzzleReader::parse_answer(std::string_view text) const {
  const auto cells = static_cast<size_t>(info_.cells);
  // Who has more tokens than characters writes them otherwise.
  const auto vocabulary = std::min<int64_t>(info_.vocabulary, 256);
  std::array<int, 256> token_of;
  token_of.fill(-1);
  for (int64_t token = 0; token < vocabulary; ++token) {
    const auto line = task_.line(std::vector<data::Token>(cells, static_cast<data::Token>(token)));
    if (line.size() == cells)
      token_of[static_cast<unsigned char>(line[0])] = static_cast<int>(token);
  }
  token_of[' '] = token_of['.'];
  std::vector<data::Token> answer;
  for (const char c : text) {
    const int token = token_of[static_cast<unsigned char>(c)];
    if (token >= 0) answer.push_back(static_cast<data::Token>(token));
  }
  return answer.size() == cells && text.size() == cells ? answer : task_.parse(text);
}

WrittenPuzzle PuzzleReader::of_text(std::string_view text) const {
  return {"puzzle", parse(text), std::nullopt};
}

std::vector<WrittenPuzzle> PuzzleReader::of_file(const fs::path& path) const {
  // A table may be gzipped, which a text is not.
  format::CsvReader reader(path);
  const auto first = reader.next();
  if (!first) throw Error(path.string() + ": the file is empty");
  if (column_of(*first, kPuzzleColumns)) return of_table(path);
  return of_lines(read_text(path, kMostBytes), path.string());
}

std::vector<WrittenPuzzle> PuzzleReader::of_stream(std::istream& stream,
                                                   const std::string& name) const {
  const auto text = read_all(stream, name);
  if (is_table(text)) return of_table(TemporaryFile(text).path());
  return of_lines(text, name);
}

std::vector<WrittenPuzzle> PuzzleReader::of_table(const fs::path& path) const {
  format::CsvReader reader(path);
  const auto names = reader.next().value();
  const auto puzzle_column = column_of(names, kPuzzleColumns).value();
  const auto answer_column = column_of(names, kAnswerColumns);
  std::vector<WrittenPuzzle> puzzles;
  Faults faults;
  while (const auto row = reader.next()) {
    auto& added = puzzles.emplace_back(WrittenPuzzle{reader.where(), {}, {}});
    try {
      if (row->size() != names.size())
        throw Error(
            fmt::format("{} columns where the first row names {}", row->size(), names.size()));
      added.puzzle = parse((*row)[puzzle_column]);
      if (answer_column && !(*row)[*answer_column].empty())
        added.answer = parse_answer((*row)[*answer_column]);
    } catch (const Error& error) {
      faults.add(added.where, error.what());
    }
  }
  faults.check(path.filename().string(), puzzles.size());
  if (puzzles.empty()) throw Error(path.filename().string() + ": no puzzles below the names");
  return puzzles;
}

std::vector<WrittenPuzzle> PuzzleReader::of_lines(const std::string& text,
                                                  const std::string& name) const {
  const auto lines = lines_of(text);
  std::vector<WrittenPuzzle> puzzles;
  Faults faults;
  const auto add = [&](size_t line, const std::string& written) {
    auto& added = puzzles.emplace_back(
        WrittenPuzzle{fmt::format("{}: line {}", name, line + 1), {}, std::nullopt});
    try {
      added.puzzle = parse(written);
    } catch (const Error& error) {
      faults.add(added.where, error.what());
    }
  };
  for (size_t begin = 0; begin < lines.size();) {
    if (is_blank(lines[begin])) {
      ++begin;
      continue;
    }
    size_t end = begin;
    std::string block;
    while (end < lines.size() && !is_blank(lines[end])) block += lines[end++] + "\n";
    if (end - begin > 1 && !is_puzzle(block) && is_puzzle(lines[begin])) {
      for (size_t i = begin; i < end; ++i) add(i, lines[i]);
    } else {
      add(begin, block);
    }
    begin = end;
  }
  faults.check(name, puzzles.size());
  if (puzzles.empty()) throw Error(name + ": no puzzle in it; give one, see --help");
  return puzzles;
}

std::optional<WrittenPuzzle> PuzzleReader::ask() const {
  fmt::print(stderr, "puzzle, in one line or drawn with an empty line after it (Ctrl-D ends):\n");
  std::string text;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (is_blank(line) && is_blank(text)) continue;
    const bool first = text.empty();
    text += line + "\n";
    // A puzzle that has no second line needs no empty one.
    const bool whole = first && is_puzzle(line) && !is_puzzle(line + "\n" + line);
    if (!is_blank(line) && !whole) continue;
    try {
      return of_text(text);
    } catch (const Error& error) {
      fmt::print(stderr, "error: {}\n", error.what());
      text.clear();
    }
  }
  return is_blank(text) ? std::nullopt : std::optional(of_text(text));
}

}  // namespace trm::apps
