#include "data/dataset.h"

#include <algorithm>

#include "core/error.h"
#include "core/hash.h"
#include "data/inconsistent.h"
#include "data/square.h"

namespace trm::data {
namespace {

constexpr const char* kArrays[] = {"inputs", "labels", "puzzle_identifiers", "puzzle_indices",
                                   "group_indices"};

// Each has numbers in memory, however small the files are that name it.
constexpr int64_t kMostCopies = int64_t{1} << 27;

fs::path array_path(const fs::path& folder, const std::string& name) {
  return folder / ("all__" + name + ".npy");
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

}  // namespace

void check_same_grid(const Dataset& part, const Dataset& first) {
  const auto &a = part.info(), &b = first.info();
  if (a.cells != b.cells || a.vocabulary != b.vocabulary || a.padding != b.padding ||
      a.ignored_label != b.ignored_label) {
    throw Error(part.name() + ": not of the same grid as " + first.name() +
                "; what is used together has the same cells and tokens: build it again");
  }
}

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
  Part part;
  part.folder = path;
  part.files.push_back(stamp_of(path / "dataset.json"));
  data->info_ = read_packed_info(path);
  const auto tokens = [&](const char* name) {
    auto array = std::make_shared<const TokenArray>(array_path(path, name), data->info_.cells,
                                                    data->info_.vocabulary);
    part.files.push_back(array->stamp());
    return array;
  };
  const auto numbers = [&](const char* name) {
    auto list = read_numbers(array_path(path, name));
    part.files.push_back(list.stamp);
    return std::move(list.values);
  };
  part.inputs = tokens("inputs");
  part.labels = tokens("labels");
  part.puzzle_begin = numbers("puzzle_indices");
  part.identifiers = numbers("puzzle_identifiers");
  part.augmentations = read_augmentations(folder, data->info_.puzzle_ids);
  part.ratings = read_ratings(path, part.inputs->rows());
  const auto group_begin = numbers("group_indices");
  data->add_part(std::move(part), group_begin);
  return data;
}

std::vector<int64_t> Dataset::read_ratings(const fs::path& split, int64_t examples) {
  const auto path = array_path(split, "ratings");
  if (!fs::exists(path)) return {};
  const auto array = format::read_npy(path);
  if (!format::is_integer(array.dtype) || array.shape != std::vector<int64_t>{examples})
    inconsistent(path, "not one whole number an example");
  std::vector<int64_t> ratings(static_cast<size_t>(examples));
  for (int64_t i = 0; i < examples; ++i) {
    const auto rating = array.integer(i);
    if (rating < 0 || rating > INT32_MAX)
      inconsistent(path, "a rating that is not from 0 to 2147483647: " + std::to_string(rating));
    ratings[static_cast<size_t>(i)] = rating;
  }
  return ratings;
}

void Dataset::add_part(Part part, const std::vector<int32_t>& group_begin) {
  const auto puzzles = static_cast<int64_t>(part.identifiers.size());
  if (part.labels->rows() != part.inputs->rows()) {
    inconsistent(array_path(part.folder, "labels"), "not as many rows as there are inputs");
  }
  check_offsets(array_path(part.folder, "puzzle_indices"), part.puzzle_begin, part.inputs->rows());
  check_offsets(array_path(part.folder, "group_indices"), group_begin, puzzles);
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
      const int64_t count = copies ? copies->copies(id) : 1;
      if (copies && this->puzzles() + count > kMostCopies)
        inconsistent(part.folder, "more than 2^27 copies that are made while reading");
      for (int64_t k = 0; k < count; ++k) {
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
  all->info_.blank_puzzle = rows.front().at(static_cast<size_t>(all->info_.blank_puzzle));
  all->side_ = parts.front()->side_;
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

bool Dataset::is_copy(int64_t example) const {
  const auto puzzle = puzzle_of(example);
  return puzzle != group_begin_[static_cast<size_t>(group_of(puzzle))];
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

void Dataset::read(int64_t example, std::span<Token> input, std::span<Token> label) const {
  const auto place = place_of(example);
  const auto& part = parts_[place.part];
  read_cells(*part.inputs, place.row, input);
  read_cells(*part.labels, place.row, label);
}

// The cells of a row; every one of them, or those of the square at the top left.
void Dataset::read_cells(const TokenArray& array, int64_t row, std::span<Token> out) const {
  if (side_ == 0) return array.read(row, out);
  std::vector<Token> whole(static_cast<size_t>(array.cells()));
  array.read(row, whole);
  const auto side = static_cast<size_t>(side_);
  const auto width = static_cast<size_t>(square_side(whole.size()));
  for (size_t i = 0; i < out.size(); ++i) out[i] = whole[i / side * width + i % side];
}

std::optional<int64_t> Dataset::rating(int64_t example) const {
  const auto place = place_of(example);
  const auto& ratings = parts_[place.part].ratings;
  if (ratings.empty()) return std::nullopt;
  return ratings[static_cast<size_t>(place.row)];
}

std::optional<fs::path> Dataset::changed_file() const {
  for (const auto& part : parts_) {
    for (const auto& file : part.files) {
      if (!file.holds()) return file.path;
    }
    if (!part.augmentations) continue;
    for (const auto& file : part.augmentations->files) {
      if (!file.holds()) return file.path;
    }
  }
  return std::nullopt;
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
