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
  data->folder_ = path;
  data->name_ = path.string();
  data->info_ = read_packed_info(path);
  data->inputs_ = open_tokens(path, "inputs", data->info_.cells);
  data->labels_ = open_tokens(path, "labels", data->info_.cells);
  data->puzzle_ids_ = read_list(path, "puzzle_identifiers");
  data->puzzle_begin_ = read_list(path, "puzzle_indices");
  data->group_begin_ = read_list(path, "group_indices");
  data->check_offsets();
  if (const auto ratings = array_path(path, "ratings"); fs::exists(ratings)) {
    data->ratings_ = format::read_npy(ratings);
    if (!is_integer(data->ratings_->dtype) || data->ratings_->shape.size() != 1 ||
        data->ratings_->count() != data->examples()) {
      inconsistent(ratings, "not one whole number an example");
    }
  }
  return data;
}

void Dataset::check_offsets() const {
  if (labels_.shape[0] != inputs_.shape[0]) {
    inconsistent(array_path(folder_, "labels"), "not as many rows as there are inputs");
  }
  check_list(array_path(folder_, "puzzle_indices"), puzzle_begin_, inputs_.shape[0]);
  check_list(array_path(folder_, "group_indices"), group_begin_, puzzles());
  if (static_cast<int64_t>(puzzle_begin_.size()) != puzzles() + 1) {
    inconsistent(array_path(folder_, "puzzle_identifiers"), "not one identifier a puzzle");
  }
  for (const int32_t id : puzzle_ids_) {
    if (id >= info_.puzzle_ids) {
      inconsistent(array_path(folder_, "puzzle_identifiers"),
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

void Dataset::read(int64_t example, std::span<uint8_t> input, std::span<uint8_t> label) const {
  copy_tokens(inputs_, example, input, info_.vocabulary, array_path(folder_, "inputs").string());
  copy_tokens(labels_, example, label, info_.vocabulary, array_path(folder_, "labels").string());
}

std::optional<int64_t> Dataset::rating(int64_t example) const {
  if (!ratings_) return std::nullopt;
  return ratings_->integer(example);
}

std::string Dataset::hash() const {
  Sha256 all;
  all.add(sha256_file(folder_ / "dataset.json"));
  for (const char* name : kArrays) all.add(sha256_file(array_path(folder_, name)));
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
