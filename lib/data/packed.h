#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace trm::data {

// One split as a builder fills it, before it is written (spec 6.2).
struct PackedSplit {
  std::vector<uint8_t> inputs, labels;      // [examples, cells] tokens
  std::vector<int32_t> puzzle_ids;          // [puzzles]
  std::vector<int32_t> puzzle_begin = {0};  // [puzzles + 1] offsets of examples
  std::vector<int32_t> group_begin = {0};   // [groups + 1] offsets of puzzles
  std::vector<int32_t> ratings;             // [examples]; empty where there are none
  std::vector<std::string> sources;         // [examples]; empty where there are none
  bool wide =
      false;  // tokens are stored as int64, as the reference's builder does after augmentation
  // Where the tokens are too many for memory: writes all examples in their order, some at a time,
  // in place of `inputs` and `labels`.
  using Tokens = std::span<const uint8_t>;
  std::function<void(const std::function<void(Tokens inputs, Tokens labels)>& write)> stream = {};
};

// From what a folder was made, for the file beside the data that the references ignore.
struct Provenance {
  std::string task;     // "sudoku"
  std::string made_by;  // "trm 0.1.0"
  std::string command;  // "generate sudoku --box 2x3 ..."
  struct Source {
    std::string name, sha256;
  };
  std::vector<Source> sources;  // files that it was read from
};

struct PackedSet {
  int64_t cells = 0;
  int64_t vocabulary = 0;
  std::vector<std::string> identifiers = {"<blank>"};  // by puzzle id
  PackedSplit train, test;
  std::map<std::string, std::string> files =
      {};  // more, by name: the references' test_puzzles.json
  // Augmentations that are made while reading (augmentations.h): of each identifier the codes of
  // its copies, the first 0 for itself. Empty for none.
  std::vector<std::vector<uint32_t>> augmentations = {};
  Provenance provenance;
};

// Writes the references' dataset folder (spec 6.2): identifiers.json, {train,test}/dataset.json and
// the five arrays of each split. Beside them, ignored by the references: provenance.json with the
// hash of every file, {train,test}/all__ratings.npy and all__sources.npy (numbers of names in
// provenance.json). The folder appears whole or not at all; the bytes depend on `set` alone.
// Interrupted when the user asks.
void write_packed(const std::filesystem::path& folder, const PackedSet& set);

// Python's json.dump puts a space after each comma and colon; so does this, for equal bytes.
std::string python_style(const nlohmann::ordered_json& json);

// What dataset.json says.
struct PackedInfo {
  int64_t cells = 0, vocabulary = 0, puzzle_ids = 0;
  int64_t padding = 0;                   // token of a cell that is not there
  int64_t blank_puzzle = 0;              // puzzle id of padding rows
  std::optional<int64_t> ignored_label;  // token that is no label
  double mean_examples = 1;              // of a puzzle
};
PackedInfo read_packed_info(const std::filesystem::path& split);

inline constexpr const char* kProvenanceFile = "provenance.json";

// What provenance.json says about the data, and which files are not as they were written.
struct FolderReport {
  bool has_provenance = false;
  Provenance provenance;
  std::vector<std::string> changed;  // files whose hash differs, or that are missing
};
FolderReport inspect_folder(const std::filesystem::path& folder);

}  // namespace trm::data
