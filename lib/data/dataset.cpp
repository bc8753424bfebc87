#include "data/dataset.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/hash.h"
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

[[noreturn]] void inconsistent(const fs::path& path, const std::string& what) {
  throw Error(path.string() + ": " + what + "; the folder is inconsistent, build it again");
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
    inconsistent(path, "rows that do not have the " + std::to_string(cells) + " cells of dataset.json");
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
  if (fall != begin.end()) inconsistent(path, "offsets that do not rise, so that an entry is empty");
}

void check_same_grid(const Dataset& part, const Dataset& first) {
  const auto &a = part.info(), &b = first.info();
  if (a.cells != b.cells || a.vocabulary != b.vocabulary || a.padding != b.padding ||
      a.ignored_label != b.ignored_label) {
    throw Error(part.name() + ": not of the same grid as " + first.name() +
                "; folders that are used together have the same cells and tokens");
  }
}

void check_count(const Dataset& part, int64_t examples) {
  if (examples > INT32_MAX) {
    throw Error(part.name() + ": makes more than 2^31 examples of all folders; leave one out");
  }
}

// Offsets that go on after those that are there, whose last is the shift.
void append_shifted(const std::vector<int32_t>& begin, int64_t shift, std::vector<int32_t>& all) {
  for (size_t i = 1; i < begin.size(); ++i) all.push_back(begin[i] + static_cast<int32_t>(shift));
}

}  // namespace

std::shared_ptr<const Dataset> Dataset::open(const fs::path& folder, const std::string& split) {
  if (!fs::is_directory(folder)) {
    throw Error(folder.string() + ": no such data folder; make one with trm-data generate or build");
  }
  const auto path = folder / split;
  if (!fs::is_directory(path)) {
    throw Error(folder.string() + ": no split '" + split + "' in it; known: train, test");
  }
  std::shared_ptr<Dataset> data(new Dataset);
  data->name_ = path.string();
  data->info_ = read_packed_info(path);
  Part part{path, open_tokens(path, "inputs", data->info_.cells),
            open_tokens(path, "labels", data->info_.cells), std::nullopt};
  data->puzzle_ids_ = read_list(path, "puzzle_identifiers");
  data->puzzle_begin_ = read_list(path, "puzzle_indices");
  data->group_begin_ = read_list(path, "group_indices");
  data->check_offsets(part);
  if (const auto ratings = array_path(path, "ratings"); fs::exists(ratings)) {
    part.ratings = format::read_npy(ratings);
    if (!is_integer(part.ratings->dtype) || part.ratings->shape.size() != 1 ||
        part.ratings->count() != data->examples()) {
      inconsistent(ratings, "not one whole number an example");
    }
  }
  data->parts_.push_back(std::move(part));
  return data;
}

std::shared_ptr<const Dataset> Dataset::join(const std::vector<std::shared_ptr<const Dataset>>& parts,
                                             const std::vector<std::vector<int32_t>>& rows,
                                             int64_t puzzle_ids) {
  std::shared_ptr<Dataset> all(new Dataset);
  all->info_ = parts.front()->info_;
  all->info_.puzzle_ids = puzzle_ids;
  all->puzzle_begin_ = all->group_begin_ = {0};
  double examples = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto& part = *parts[i];
    check_same_grid(part, *parts.front());
    const int64_t first_example = all->examples(), first_puzzle = all->puzzles();
    check_count(part, first_example + part.examples());
    for (auto arrays : part.parts_) {
      arrays.first += first_example;
      all->parts_.push_back(std::move(arrays));
    }
    append_shifted(part.puzzle_begin_, first_example, all->puzzle_begin_);
    append_shifted(part.group_begin_, first_puzzle, all->group_begin_);
    for (const auto id : part.puzzle_ids_) {
      all->puzzle_ids_.push_back(rows[i].at(static_cast<size_t>(id)));
    }
    examples += part.info_.mean_examples * static_cast<double>(part.puzzles());
    all->name_ += (i == 0 ? "" : " + ") + part.name_;
  }
  all->info_.mean_examples = examples / static_cast<double>(all->puzzles());
  return all;
}

void Dataset::check_offsets(const Part& part) const {
  const auto& folder = part.folder;
  if (part.labels.shape[0] != part.inputs.shape[0]) {
    inconsistent(array_path(folder, "labels"), "not as many rows as there are inputs");
  }
  check_list(array_path(folder, "puzzle_indices"), puzzle_begin_, part.inputs.shape[0]);
  check_list(array_path(folder, "group_indices"), group_begin_, puzzles());
  if (static_cast<int64_t>(puzzle_begin_.size()) != puzzles() + 1) {
    inconsistent(array_path(folder, "puzzle_identifiers"), "not one identifier a puzzle");
  }
  for (const int32_t id : puzzle_ids_) {
    if (id >= info_.puzzle_ids) {
      inconsistent(array_path(folder, "puzzle_identifiers"),
                   "identifier " + std::to_string(id) + " where dataset.json counts " +
                       std::to_string(info_.puzzle_ids));
    }
  }
}

int64_t Dataset::puzzle_of(int64_t example) const {
  const auto after = std::upper_bound(puzzle_begin_.begin(), puzzle_begin_.end(), example);
  return after - puzzle_begin_.begin() - 1;
}

void Dataset::copy_tokens(const NpyArray& array, int64_t example, std::span<uint8_t> out,
                          int64_t vocabulary, const std::string& where) {
  const auto cells = static_cast<int64_t>(out.size());
  for (int64_t i = 0; i < cells; ++i) {
    const int64_t token = array.integer(example * cells + i);
    if (token < 0 || token >= vocabulary) {
      throw Error(where + ": example " + std::to_string(example) + ", cell " + std::to_string(i) +
                  ": token " + std::to_string(token) + " in a vocabulary of " +
                  std::to_string(vocabulary) + "; the folder is inconsistent, build it again");
    }
    out[static_cast<size_t>(i)] = static_cast<uint8_t>(token);
  }
}

const Dataset::Part& Dataset::part_of(int64_t example) const {
  const auto after = std::upper_bound(parts_.begin(), parts_.end(), example,
                                      [](int64_t e, const Part& part) { return e < part.first; });
  return *(after - 1);
}

void Dataset::read(int64_t example, std::span<uint8_t> input, std::span<uint8_t> label) const {
  const auto& part = part_of(example);
  const int64_t row = example - part.first;
  copy_tokens(part.inputs, row, input, info_.vocabulary, array_path(part.folder, "inputs").string());
  copy_tokens(part.labels, row, label, info_.vocabulary, array_path(part.folder, "labels").string());
}

std::optional<int64_t> Dataset::rating(int64_t example) const {
  const auto& part = part_of(example);
  if (!part.ratings) return std::nullopt;
  return part.ratings->integer(example - part.first);
}

std::string Dataset::hash_of(const Part& part) {
  Sha256 all;
  all.add(sha256_file(part.folder / "dataset.json"));
  for (const char* name : kArrays) all.add(sha256_file(array_path(part.folder, name)));
  return all.hex();
}

std::string Dataset::hash() const {
  if (parts_.size() == 1) return hash_of(parts_.front());
  Sha256 all;
  for (const auto& part : parts_) all.add(hash_of(part));
  return all.hex();
}

FolderReport inspect_folder(const fs::path& folder) {
  FolderReport report;
  const auto path = folder / kProvenanceFile;
  if (!fs::exists(path)) return report;
  const auto where = path.string();
  const auto json = format::read_json(path);
  report.has_provenance = true;
  report.provenance.task = format::json_text(json, "task", where);
  report.provenance.made_by = format::json_text(json, "made_by", where);
  report.provenance.command = format::json_text(json, "command", where);
  const auto hashes = json.find("sha256");
  if (hashes == json.end() || !hashes->is_object()) throw Error(where + ": no \"sha256\" in it");
  for (const auto& [file, hash] : hashes->items()) {
    const auto full = folder / fs::path(file).relative_path();
    if (!fs::is_regular_file(full) || hash != sha256_file(full)) report.changed.push_back(file);
  }
  return report;
}

}  // namespace trm::data
