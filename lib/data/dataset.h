#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/packed.h"
#include "format/npy.h"
#include "tensor/batch.h"

namespace trm::data {

// One split of a dataset folder (spec 6.2), or of several one after the other, memory-mapped. Groups are original puzzles with all their
// augmentations, puzzles are single augmentations, examples are pairs of input and label.
class Dataset {
 public:
  // Checks types, shapes and offsets of all arrays before anything is read; Error naming the file.
  static std::shared_ptr<const Dataset> open(const std::filesystem::path& folder,
                                             const std::string& split);

  // The examples of all parts in their order. rows[i][id] is the puzzle id that id of part i becomes,
  // of `puzzle_ids` in all. Error where the parts are of different grids.
  static std::shared_ptr<const Dataset> join(
      const std::vector<std::shared_ptr<const Dataset>>& parts,
      const std::vector<std::vector<int32_t>>& rows, int64_t puzzle_ids);

  const PackedInfo& info() const { return info_; }
  GridSpec spec() const { return {info_.cells, info_.vocabulary, info_.puzzle_ids}; }
  const std::string& name() const { return name_; }  // "data/sudoku/train"

  int64_t examples() const { return puzzle_begin_.back(); }
  int64_t puzzles() const { return static_cast<int64_t>(puzzle_ids_.size()); }
  int64_t groups() const { return static_cast<int64_t>(group_begin_.size()) - 1; }
  // Offsets: puzzles of group g are [group_begin()[g], group_begin()[g + 1]), examples likewise.
  const std::vector<int32_t>& group_begin() const { return group_begin_; }
  const std::vector<int32_t>& puzzle_begin() const { return puzzle_begin_; }

  int64_t puzzle_of(int64_t example) const;
  int32_t puzzle_id(int64_t puzzle) const { return puzzle_ids_[static_cast<size_t>(puzzle)]; }

  // Tokens of an example into spans of `cells`; Error when one is not in the vocabulary.
  void read(int64_t example, std::span<uint8_t> input, std::span<uint8_t> label) const;

  // The rating that the data came with; nothing where it came without.
  std::optional<int64_t> rating(int64_t example) const;

  // SHA-256 over metadata and arrays, the same wherever the folder lies.
  std::string hash() const;

 private:
  Dataset() = default;
  static void copy_tokens(const format::NpyArray& array, int64_t example, std::span<uint8_t> out,
                          int64_t vocabulary, const std::string& where);

  // The arrays of one folder, and the number of its first example.
  struct Part {
    std::filesystem::path folder;
    format::NpyArray inputs, labels;
    std::optional<format::NpyArray> ratings;
    int64_t first = 0;
  };
  void check_offsets(const Part& part) const;
  const Part& part_of(int64_t example) const;
  static std::string hash_of(const Part& part);

  std::string name_;
  PackedInfo info_;
  std::vector<Part> parts_;
  std::vector<int32_t> puzzle_ids_, puzzle_begin_, group_begin_;
};

// What provenance.json says about the data, and which files are not as they were written.
struct FolderReport {
  bool has_provenance = false;
  Provenance provenance;
  std::vector<std::string> changed;  // files whose hash differs, or that are missing
};
FolderReport inspect_folder(const std::filesystem::path& folder);

}  // namespace trm::data
