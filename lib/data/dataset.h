#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/augmentations.h"
#include "data/number_list.h"
#include "data/packed.h"
#include "data/token_array.h"
#include "tensor/batch.h"

namespace trm::data {

// One split of a dataset folder (spec 6.2), or of several. Groups are original
// puzzles with all their augmentations, puzzles are single augmentations, examples are pairs of
// input and label. Where a folder's augmentations are made while reading, its puzzles are counted
// as if they were there.
class Dataset {
 public:
  // Checks types, shapes and offsets of all arrays before anything is read; Error naming the file.
  static std::shared_ptr<const Dataset> open(const std::filesystem::path& folder,
                                             const std::string& split);

  // The groups of all parts in their order. rows[i][id] is the puzzle id that id of part i becomes,
  // of `puzzle_ids` in all. Error where the parts are of different grids.
  static std::shared_ptr<const Dataset> join(
      const std::vector<std::shared_ptr<const Dataset>>& parts,
      const std::vector<std::vector<int32_t>>& rows, int64_t puzzle_ids);

  // Some of the groups, on the top left `side` x `side` cells of the square that a grid is;
  // rows[id] as above.
  std::shared_ptr<const Dataset> select(const std::vector<int64_t>& groups,
                                        const std::vector<int32_t>& rows, int64_t puzzle_ids,
                                        int64_t side) const;

  const PackedInfo& info() const { return info_; }
  GridSpec spec() const { return {info_.cells, info_.vocabulary, info_.puzzle_ids}; }
  const std::string& name() const { return name_; }    // "data/sudoku/train"
  const std::string& split() const { return split_; }  // "train"
  // The folders that it is a split of.
  size_t folders() const { return parts_.size(); }
  std::filesystem::path folder(size_t i) const { return parts_[i].folder.parent_path(); }
  // The copies of a folder that are made while reading; null where all are on disk.
  const Augmentations* augmentations(size_t i) const { return parts_[i].augmentations.get(); }

  int64_t examples() const { return puzzle_begin_.back(); }
  int64_t puzzles() const { return static_cast<int64_t>(puzzle_ids_.size()); }
  int64_t groups() const { return static_cast<int64_t>(group_begin_.size()) - 1; }
  // Offsets: puzzles of group g are [group_begin()[g], group_begin()[g + 1]), examples likewise.
  const std::vector<int32_t>& group_begin() const { return group_begin_; }
  const std::vector<int32_t>& puzzle_begin() const { return puzzle_begin_; }

  int64_t puzzle_of(int64_t example) const;
  int64_t group_of(int64_t puzzle) const;
  int32_t puzzle_id(int64_t puzzle) const { return puzzle_ids_[static_cast<size_t>(puzzle)]; }

  // Whether an example's puzzle is an augmentation of another, the first of its group.
  bool is_copy(int64_t example) const;

  // An example on disk, and the code of the augmentation that it is to be read with; 0 for none.
  struct Stored {
    size_t folder;       // its number
    int32_t identifier;  // of its puzzle, in that folder's identifiers.json
    uint32_t augmentation;
  };
  Stored stored(int64_t example) const;
  // Tokens of an example into spans of `cells`, before its augmentation; Error when one is not in
  // the vocabulary.
  void read(int64_t example, std::span<Token> input, std::span<Token> label) const;

  // The rating that the data came with; nothing where it came without.
  std::optional<int64_t> rating(int64_t example) const;

  // SHA-256 over metadata and arrays, the same wherever the folder lies.
  std::string hash() const;
  // The first of its files that is not on disk as it was opened; nothing where all are.
  std::optional<std::filesystem::path> changed_file() const;

 private:
  // The arrays of one folder.
  struct Part {
    std::filesystem::path folder;
    std::shared_ptr<const TokenArray> inputs, labels;
    std::vector<int64_t> ratings;                    // of the examples on disk, or nothing
    std::vector<int32_t> puzzle_begin, identifiers;  // of the puzzles on disk
    std::shared_ptr<const Augmentations> augmentations;
    std::vector<FileStamp> files;
  };
  // The first puzzle of a group on disk: all of it, where there are augmentations.
  struct Group {
    size_t part;
    int64_t puzzle;
  };
  struct Place {
    size_t part;
    int64_t puzzle, row;  // on disk
    uint32_t augmentation;
  };

  Dataset() = default;
  void add_part(Part part, const std::vector<int32_t>& group_begin);
  static std::vector<int64_t> read_ratings(const std::filesystem::path& split, int64_t examples);
  void read_cells(const TokenArray& array, int64_t row, std::span<Token> out) const;
  void add_group(const Dataset& from, int64_t group, size_t part, const std::vector<int32_t>& rows);
  Place place_of(int64_t example) const;

  std::string name_, split_;
  PackedInfo info_;
  int64_t side_ = 0;  // of the square that is read; 0 for all cells
  std::vector<Part> parts_;
  std::vector<Group> stored_groups_;
  std::vector<int32_t> puzzle_ids_, puzzle_begin_ = {0}, group_begin_ = {0};
};

// Error unless both have the same cells and tokens, as one task needs them.
void check_same_grid(const Dataset& part, const Dataset& first);

}  // namespace trm::data
