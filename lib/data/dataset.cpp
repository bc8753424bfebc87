#include "data/dataset.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/hash.h"
#include "data/inconsistent.h"
#include "data/square.h"
#include "format/json.h"

namespace trm::data {
namespace {

using format::DType;
using format::NpyArray;

constexpr const char* kArrays[] = {"inputs", "labels", "puzzle_identifiers", "puzzle_indices",
                                   "group_indices"};

fs::path array_path(const fs::path& folder, const std::string& name) {
  return folder / ("all__" + name + ".npy");
}

bool is_integer(DType type) {
  return type == DType::u8 || type == DType::i8 || type == DType::i16 || type == DType::i32 ||
         type == DType::i64;
}

NpyArray open_tokens(const fs::path& folder, const std::string& name, int64_t cells) {
  const auto path = array_path(folder, name);
  auto array = format::read_npy(path);
  if (!is_integer(array.dtype)) inconsistent(path, "tokens that are not whole numbers");
  if (array.shape.size() != 2 || array.shape[1] != cells) {
    inconsistent(path,
                 "rows that do not have the " + std::to_string(cells) + " cells of dataset.json");
  }
  return array;
}

// A list of whole numbers, kept in memory because it is read all the time.
std::vector<int32_t> read_list(const fs::path& folder, const std::string& name) {
  const auto path = array_path(folder, name);
  const auto array = format::read_npy(path);
  if (array.shape.size() != 1 || !is_integer(array.dtype)) {
    inconsistent(path, "not a list of whole numbers");
  }
  std::vector<int32_t> values(static_cast<size_t>(array.count()));
  for (size_t i = 0; i < values.size(); ++i) {
    const int64_t value = array.integer(static_cast<int64_t>(i));
    if (value < 0 || value > INT32_MAX) inconsistent(path, "a number out of range");
    values[i] = static_cast<int32_t>(value);
  }
  return values;
}

void check_list(const fs::path& path, const std::vector<int32_t>& begin, int64_t last) {
  if (begin.empty() || begin.front() != 0) inconsistent(path, "offsets that do not start at 0");
  if (begin.back() != last) {
    inconsistent(path, "offsets that end at " + std::to_string(begin.back()) + " where there are " +
                           std::to_string(last));
  }
  const auto fall = std::adjacent_find(begin.begin(), begin.end(), std::greater_equal<>());
  if (fall != begin.end())
    inconsistent(path, "offsets that do not rise, so that an entry is empty");
}

void check_identifiers(const fs::path& folder, const std::vector<int32_t>& identifiers,
                       int64_t count) {
  for (const int32_t id : identifiers) {
    if (id >= count) {
      inconsistent(array_path(folder, "puzzle_identifiers"), "identifier " + std::to_string(id) +
                                                                 " where dataset.json counts " +
                                                                 std::to_string(count));
    }
  }
}

void check_same_grid(const Dataset& part, const Dataset& first) {
  const auto &a = part.info(), &b = first.info();
  if (a.cells != b.cells || a.vocabulary != b.vocabulary || a.padding != b.padding ||
      a.ignored_label != b.ignored_label) {
    throw Error(part.name() + ": not of the same grid as " + first.name() +
                "; folders that are used together have the same cells and tokens");
  }
}

// The cells of one row of a token array; every one of them, or those of the square at the top left.
void copy_tokens(const NpyArray& array, int64_t row, int64_t side, std::span<uint8_t> out,
                 int64_t vocabulary, const fs::path& path) {
  const int64_t cells = array.shape[1];
  const int64_t width = square_side(static_cast<size_t>(cells));
  for (size_t i = 0; i < out.size(); ++i) {
    const auto cell = static_cast<int64_t>(i);
    const int64_t from = side == 0 ? cell : cell / side * width + cell % side;
    const int64_t token = array.integer(row * cells + from);
    if (token < 0 || token >= vocabulary) {
      throw Error(path.string() + ": example " + std::to_string(row) + ", cell " +
                  std::to_string(from) + ": token " + std::to_string(token) +
                  " in a vocabulary of " + std::to_string(vocabulary) +
                  "; the folder is inconsistent, build it again");
    }
    out[i] = static_cast<uint8_t>(token);
  }
}

}  // namespace

std::shared_ptr<const Dataset> Dataset::open(const fs::path& folder, const std::string& split) {
  if (!fs::is_directory(folder)) {
    throw Error(folder.string() +
                ": no such data folder; make one with trm-data generate or build");
  }
  const auto path = folder / split;
  if (!fs::is_directory(path)) {
    throw Error(folder.string() + ": no split '" + split + "' in it; known: train, test");
  }
  std::shared_ptr<Dataset> data(new Dataset);
  data->name_ = path.string();
  data->split_ = split;
  data->info_ = read_packed_info(path);
  Part part{path,
            open_tokens(path, "inputs", data->info_.cells),
            open_tokens(path, "labels", data->info_.cells),
            std::nullopt,
            read_list(path, "puzzle_indices"),
            read_list(path, "puzzle_identifiers"),
            read_augmentations(folder, data->info_.puzzle_ids)};
  if (const auto ratings = array_path(path, "ratings"); fs::exists(ratings)) {
    part.ratings = format::read_npy(ratings);
    if (!is_integer(part.ratings->dtype) || part.ratings->shape.size() != 1 ||
        part.ratings->count() != part.inputs.shape[0]) {
      inconsistent(ratings, "not one whole number an example");
    }
  }
  data->add_part(std::move(part), read_list(path, "group_indices"));
  return data;
}

void Dataset::add_part(Part part, const std::vector<int32_t>& group_begin) {
  const auto puzzles = static_cast<int64_t>(part.identifiers.size());
  if (part.labels.shape[0] != part.inputs.shape[0]) {
    inconsistent(array_path(part.folder, "labels"), "not as many rows as there are inputs");
  }
  check_list(array_path(part.folder, "puzzle_indices"), part.puzzle_begin, part.inputs.shape[0]);
  check_list(array_path(part.folder, "group_indices"), group_begin, puzzles);
  if (static_cast<int64_t>(part.puzzle_begin.size()) != puzzles + 1) {
    inconsistent(array_path(part.folder, "puzzle_identifiers"), "not one identifier a puzzle");
  }
  check_identifiers(part.folder, part.identifiers, info_.puzzle_ids);
  const auto* copies = part.augmentations.get();
  int64_t examples = 0;
  for (size_t g = 0; g + 1 < group_begin.size(); ++g) {
    stored_groups_.push_back({parts_.size(), group_begin[g]});
    for (auto puzzle = group_begin[g]; puzzle < group_begin[g + 1]; ++puzzle) {
      const auto p = static_cast<size_t>(puzzle);
      const auto id = part.identifiers[p];
      for (int64_t k = 0; k < (copies ? copies->copies(id) : 1); ++k) {
        examples += part.puzzle_begin[p + 1] - part.puzzle_begin[p];
        puzzle_ids_.push_back(
            copies ? copies->begin[static_cast<size_t>(id)] + static_cast<int32_t>(k) : id);
        puzzle_begin_.push_back(static_cast<int32_t>(examples));
      }
    }
    if (copies && group_begin[g + 1] - group_begin[g] != 1) {
      inconsistent(array_path(part.folder, "group_indices"),
                   "a group of several puzzles with augmentations");
    }
    if (examples > INT32_MAX) inconsistent(part.folder, "more than 2^31 examples");
    group_begin_.push_back(static_cast<int32_t>(puzzle_ids_.size()));
  }
  if (copies) {
    info_.puzzle_ids = copies->begin.back();
    info_.mean_examples = static_cast<double>(examples) / static_cast<double>(puzzle_ids_.size());
  }
  parts_.push_back(std::move(part));
}

void Dataset::add_group(const Dataset& from, int64_t group, size_t part,
                        const std::vector<int32_t>& rows) {
  const auto g = static_cast<size_t>(group);
  stored_groups_.push_back({part + from.stored_groups_[g].part, from.stored_groups_[g].puzzle});
  for (auto puzzle = from.group_begin_[g]; puzzle < from.group_begin_[g + 1]; ++puzzle) {
    const auto p = static_cast<size_t>(puzzle);
    const int64_t end = examples() + from.puzzle_begin_[p + 1] - from.puzzle_begin_[p];
    if (end > INT32_MAX)
      throw Error(from.name_ + ": makes more than 2^31 examples of all folders; leave one out");
    puzzle_begin_.push_back(static_cast<int32_t>(end));
    puzzle_ids_.push_back(rows.at(static_cast<size_t>(from.puzzle_ids_[p])));
  }
  group_begin_.push_back(static_cast<int32_t>(puzzle_ids_.size()));
}

std::shared_ptr<const Dataset> Dataset::join(
    const std::vector<std::shared_ptr<const Dataset>>& parts,
    const std::vector<std::vector<int32_t>>& rows, int64_t puzzle_ids) {
  std::shared_ptr<Dataset> all(new Dataset);
  all->split_ = parts.front()->split_;
  all->info_ = parts.front()->info_;
  all->info_.puzzle_ids = puzzle_ids;
  double examples = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto& part = *parts[i];
    check_same_grid(part, *parts.front());
    const size_t first = all->parts_.size();
    all->parts_.insert(all->parts_.end(), part.parts_.begin(), part.parts_.end());
    for (int64_t g = 0; g < part.groups(); ++g) all->add_group(part, g, first, rows[i]);
    examples += part.info_.mean_examples * static_cast<double>(part.puzzles());
    all->name_ += (i == 0 ? "" : " + ") + part.name_;
  }
  all->info_.mean_examples = examples / static_cast<double>(all->puzzles());
  return all;
}

std::shared_ptr<const Dataset> Dataset::select(const std::vector<int64_t>& groups,
                                               const std::vector<int32_t>& rows, int64_t puzzle_ids,
                                               int64_t side) const {
  std::shared_ptr<Dataset> chosen(new Dataset);
  chosen->name_ = name_;
  chosen->split_ = split_;
  chosen->info_ = info_;
  chosen->info_.puzzle_ids = puzzle_ids;
  chosen->info_.cells = side * side;
  chosen->side_ = side;
  chosen->parts_ = parts_;
  for (const auto group : groups) chosen->add_group(*this, group, 0, rows);
  chosen->info_.mean_examples = static_cast<double>(chosen->examples()) /
                                std::max<double>(1, static_cast<double>(chosen->puzzles()));
  return chosen;
}

int64_t Dataset::puzzle_of(int64_t example) const {
  const auto after = std::upper_bound(puzzle_begin_.begin(), puzzle_begin_.end(), example);
  return after - puzzle_begin_.begin() - 1;
}

int64_t Dataset::group_of(int64_t puzzle) const {
  const auto after = std::upper_bound(group_begin_.begin(), group_begin_.end(), puzzle);
  return after - group_begin_.begin() - 1;
}

Dataset::Place Dataset::place_of(int64_t example) const {
  const auto puzzle = puzzle_of(example), group = group_of(puzzle);
  const auto& stored = stored_groups_[static_cast<size_t>(group)];
  const auto& part = parts_[stored.part];
  const int64_t copy = puzzle - group_begin_[static_cast<size_t>(group)];
  const int64_t on_disk = part.augmentations ? stored.puzzle : stored.puzzle + copy;
  const auto p = static_cast<size_t>(on_disk);
  uint32_t code = 0;
  if (part.augmentations) {
    const auto first = part.augmentations->begin[static_cast<size_t>(part.identifiers[p])];
    code = part.augmentations->codes[static_cast<size_t>(first + copy)];
  }
  return {stored.part, on_disk,
          part.puzzle_begin[p] + example - puzzle_begin_[static_cast<size_t>(puzzle)], code};
}

Dataset::Stored Dataset::stored(int64_t example) const {
  const auto place = place_of(example);
  const auto& part = parts_[place.part];
  return {place.part, part.identifiers[static_cast<size_t>(place.puzzle)], place.augmentation};
}

void Dataset::read(int64_t example, std::span<uint8_t> input, std::span<uint8_t> label) const {
  const auto place = place_of(example);
  const auto& part = parts_[place.part];
  copy_tokens(part.inputs, place.row, side_, input, info_.vocabulary,
              array_path(part.folder, "inputs"));
  copy_tokens(part.labels, place.row, side_, label, info_.vocabulary,
              array_path(part.folder, "labels"));
}

std::optional<int64_t> Dataset::rating(int64_t example) const {
  const auto place = place_of(example);
  const auto& ratings = parts_[place.part].ratings;
  return ratings ? std::optional(ratings->integer(place.row)) : std::nullopt;
}

std::string Dataset::hash() const {
  std::vector<std::string> hashes;
  for (const auto& part : parts_) {
    Sha256 all;
    all.add(sha256_file(part.folder / "dataset.json"));
    for (const char* name : kArrays) all.add(sha256_file(array_path(part.folder, name)));
    if (part.augmentations) all.add(hash_of(*part.augmentations));
    hashes.push_back(all.hex());
  }
  if (hashes.size() == 1) return hashes.front();
  Sha256 joined;
  for (const auto& hash : hashes) joined.add(hash);
  return joined.hex();
}

}  // namespace trm::data
