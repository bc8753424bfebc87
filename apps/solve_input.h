#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/packed.h"
#include "data/task.h"
#include "tensor/batch.h"

namespace trm::apps {

// A puzzle that somebody wrote, and its answer where that was written too.
struct WrittenPuzzle {
  std::string where;  // "puzzles.csv: line 3"
  std::vector<data::Token> puzzle;
  std::optional<std::vector<data::Token>> answer;  // tokens [cells], both
};

// The same as a model takes them; labels are kIgnoredLabel where no answer was written.
Batch batch_of(std::span<const WrittenPuzzle> puzzles, int64_t cells, int64_t puzzle_id);

// Reads puzzles of one kind and size. All that cannot be read is one Error, with its number.
class PuzzleReader {
 public:
  PuzzleReader(const data::Task& task, const data::PackedInfo& info) : task_(task), info_(info) {}

  // A puzzle, drawn over several lines or a line each; an empty line ends a drawn one. A table with
  // a row of names, plain or gzipped, has the puzzles in one column and may have the answers in
  // another.
  std::vector<WrittenPuzzle> of_file(const std::filesystem::path& path) const;
  // The same from a stream, to its end; a table only as plain text.
  std::vector<WrittenPuzzle> of_stream(std::istream& stream, const std::string& name) const;
  // From an argument or a prompt: one puzzle.
  WrittenPuzzle of_text(std::string_view text) const;
  // Asks for one on the terminal; nothing at the end of the input. What is no puzzle is said, and
  // asked for again.
  std::optional<WrittenPuzzle> ask() const;

 private:
  std::vector<WrittenPuzzle> of_lines(const std::string& text, const std::string& name) const;
  std::vector<WrittenPuzzle> of_table(const std::filesystem::path& path) const;
  std::vector<data::Token> parse(std::string_view text) const;
  std::vector<data::Token> parse_answer(std::string_view text) const;
  bool is_puzzle(std::string_view text) const;

  const data::Task& task_;
  data::PackedInfo info_;
};

}  // namespace trm::apps
