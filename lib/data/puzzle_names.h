#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/archive.h"

namespace trm::data {

class Dataset;

// What a puzzle id stands for: a name of identifiers.json and, of copies that are made while
// reading, the copy's code (augmentations.h), 0 for the puzzle itself.
struct PuzzleName {
  std::string puzzle;
  uint32_t copy = 0;
  auto operator<=>(const PuzzleName&) const = default;
};

// The names of the puzzle ids of a data set, or of the rows of a model's puzzle table. Puzzles are
// known by them alone: numbers are given anew whenever a folder is built.
class PuzzleNames {
 public:
  explicit PuzzleNames(int64_t ids) : names_(static_cast<size_t>(ids)) {}

  int64_t ids() const { return static_cast<int64_t>(names_.size()); }
  void set(int64_t id, std::string_view puzzle, uint32_t copy);
  // Nothing for the blank id, and where no puzzle has the id.
  std::optional<PuzzleName> at(int64_t id) const;

  // For each id its place in a table: where all stand in their own places, those; else the first
  // row of that name, or -1 where there is none. The blank id stays 0.
  std::vector<int32_t> rows_in(const PuzzleNames& table) const;

  // For files. An archive has tensors "name" and "copy" [ids] int32, and the different names in its
  // metadata; JSON has the three lists. Error naming the file where they are not that, or not of
  // `ids` puzzles.
  Archive archive() const;
  std::string json() const;
  static PuzzleNames from(const Archive& archive, int64_t ids);
  static PuzzleNames from_json(const std::string& text, const std::string& where, int64_t ids);

  bool operator==(const PuzzleNames&) const = default;

 private:
  struct Name {
    int32_t text = -1;  // number of it in texts_
    uint32_t copy = 0;
    bool operator==(const Name&) const = default;
  };
  // What files have: the different names, and by id a number among them and a copy.
  struct Lists {
    std::vector<std::string> texts;
    std::vector<int32_t> name, copy;
  };
  Lists lists() const;
  static PuzzleNames from(const Lists& lists, const std::string& where, int64_t ids);

  std::vector<std::string> texts_;  // different ones, in the order of their first appearance
  std::map<std::string, int32_t, std::less<>> number_of_text_;
  std::vector<Name> names_;
};

// Of the puzzles of a data set, or of both splits of one; nothing where a folder has no
// identifiers.json.
std::optional<PuzzleNames> names_of(const Dataset& data);
std::optional<PuzzleNames> names_of(const Dataset& train, const Dataset& test);

// "'a', 'b', 'c' and 4 more".
std::string some_of(const std::vector<std::string>& names);

}  // namespace trm::data
