#include "data/packed.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "data/augmentations.h"
#include "format/json.h"
#include "format/npy.h"

namespace trm::data {
namespace {

using format::DType;
using nlohmann::ordered_json;

template <class T>
void write_array(const fs::path& folder, const char* name, DType dtype,
                 const std::vector<T>& values, std::initializer_list<int64_t> shape) {
  format::write_npy(folder / (std::string("all__") + name + ".npy"), dtype,
                    std::vector<int64_t>(shape), std::as_bytes(std::span(values)));
}

void write_tokens(const fs::path& folder, const char* name, const std::vector<uint8_t>& tokens,
                  int64_t cells, bool wide) {
  const auto rows = static_cast<int64_t>(tokens.size()) / cells;
  if (wide) {
    const std::vector<int64_t> values(tokens.begin(), tokens.end());
    write_array(folder, name, DType::i64, values, {rows, cells});
  } else {
    write_array(folder, name, DType::u8, tokens, {rows, cells});
  }
}

void stream_tokens(const fs::path& folder, const PackedSplit& split, int64_t cells) {
  const int64_t shape[] = {split.puzzle_begin.back(), cells};
  format::NpyStream inputs(folder / "all__inputs.npy", DType::u8, shape);
  format::NpyStream labels(folder / "all__labels.npy", DType::u8, shape);
  split.stream([&](std::span<const uint8_t> input, std::span<const uint8_t> label) {
    throw_if_interrupted();
    inputs.add(std::as_bytes(input));
    labels.add(std::as_bytes(label));
  });
  inputs.finish();
  labels.finish();
}

void write_info(const fs::path& folder, const PackedSet& set, const PackedSplit& split) {
  const auto examples = split.puzzle_begin.back();
  const auto puzzles = static_cast<int64_t>(split.puzzle_ids.size());
  const auto groups = static_cast<int64_t>(split.group_begin.size()) - 1;
  const double mean =
      puzzles > 0 ? static_cast<double>(examples) / static_cast<double>(puzzles) : 1;
  // Without identifiers of their own, augmentations are not counted as puzzles (spec 7.1).
  write_text(
      folder / "dataset.json",
      python_style(ordered_json{{"pad_id", 0},
                                {"ignore_label_id", 0},
                                {"blank_identifier_id", 0},
                                {"vocab_size", set.vocabulary},
                                {"seq_len", set.cells},
                                {"num_puzzle_identifiers", set.identifiers.size()},
                                {"total_groups", groups},
                                {"mean_puzzle_examples", mean},
                                {"total_puzzles", set.identifiers.size() == 1 ? groups : puzzles},
                                {"sets", {"all"}}}));
}

// Numbers names in the order of their first appearance.
class NameTable {
 public:
  std::vector<int32_t> numbers(const std::vector<std::string>& names) {
    std::vector<int32_t> result;
    for (const auto& name : names) {
      const auto [entry, fresh] = number_.emplace(name, static_cast<int32_t>(names_.size()));
      if (fresh) names_.push_back(name);
      result.push_back(entry->second);
    }
    return result;
  }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::unordered_map<std::string, int32_t> number_;
  std::vector<std::string> names_;
};

void write_split(const fs::path& folder, const PackedSet& set, const PackedSplit& split,
                 NameTable& sources) {
  const auto count = [](const auto& list) { return static_cast<int64_t>(list.size()); };
  fs::create_directory(folder);
  write_info(folder, set, split);
  if (split.stream) {
    stream_tokens(folder, split, set.cells);
  } else {
    write_tokens(folder, "inputs", split.inputs, set.cells, split.wide);
    write_tokens(folder, "labels", split.labels, set.cells, split.wide);
  }
  write_array(folder, "puzzle_identifiers", DType::i32, split.puzzle_ids,
              {count(split.puzzle_ids)});
  write_array(folder, "puzzle_indices", DType::i32, split.puzzle_begin,
              {count(split.puzzle_begin)});
  write_array(folder, "group_indices", DType::i32, split.group_begin, {count(split.group_begin)});
  if (!split.ratings.empty()) {
    write_array(folder, "ratings", DType::i32, split.ratings, {count(split.ratings)});
  }
  if (!split.sources.empty()) {
    const auto numbers = sources.numbers(split.sources);
    write_array(folder, "sources", DType::i32, numbers, {count(numbers)});
  }
}

ordered_json file_hashes(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  auto hashes = ordered_json::object();
  for (const auto& file : files) {
    throw_if_interrupted();
    hashes[file.lexically_relative(folder).generic_string()] = sha256_file(file);
  }
  return hashes;
}

}  // namespace

std::string python_style(const ordered_json& json) {
  if (json.is_object() || json.is_array()) {
    std::string text;
    for (const auto& [key, value] : json.items()) {
      text += (text.empty() ? "" : ", ") +
              (json.is_object() ? ordered_json(key).dump() + ": " : "") + python_style(value);
    }
    return json.is_object() ? "{" + text + "}" : "[" + text + "]";
  }
  return json.dump();
}

void write_packed(const fs::path& folder, const PackedSet& set) {
  NewFolder target(folder);
  NameTable sources;
  write_split(target.path() / "train", set, set.train, sources);
  write_split(target.path() / "test", set, set.test, sources);
  write_text(target.path() / "identifiers.json", python_style(set.identifiers));
  for (const auto& [name, text] : set.files) write_text(target.path() / name, text);
  if (!set.augmentations.empty()) write_augmentations(target.path(), set.augmentations);

  auto read_from = ordered_json::array();
  for (const auto& [name, hash] : set.provenance.sources) {
    read_from.push_back({{"name", name}, {"sha256", hash}});
  }
  const ordered_json provenance = {{"format", 1},
                                   {"task", set.provenance.task},
                                   {"made_by", set.provenance.made_by},
                                   {"command", set.provenance.command},
                                   {"read_from", read_from},
                                   {"source_names", sources.names()},
                                   {"sha256", file_hashes(target.path())}};
  // Names of sources may be of any bytes.
  const auto text = provenance.dump(1, ' ', false, ordered_json::error_handler_t::replace);
  write_text(target.path() / kProvenanceFile, text + "\n");
  target.commit();
}

PackedInfo read_packed_info(const fs::path& split) {
  const auto path = split / "dataset.json";
  const auto where = path.string();
  const auto json = format::read_json(path);
  PackedInfo info;
  info.cells = format::json_integer(json, "seq_len", where);
  info.vocabulary = format::json_integer(json, "vocab_size", where);
  info.puzzle_ids = format::json_integer(json, "num_puzzle_identifiers", where);
  info.padding = format::json_integer(json, "pad_id", where);
  info.blank_puzzle = format::json_integer(json, "blank_identifier_id", where);
  info.mean_examples = format::json_number(json, "mean_puzzle_examples", where);
  if (!json.contains("ignore_label_id")) {
    throw Error(where + ": no \"ignore_label_id\" in it; the file is not of this kind or damaged");
  }
  if (!json["ignore_label_id"].is_null()) {
    info.ignored_label = format::json_integer(json, "ignore_label_id", where);
  }
  const auto sets = json.find("sets");
  if (sets == json.end() || *sets != nlohmann::json::array({"all"})) {
    throw Error(where + ": \"sets\" is not [\"all\"]; other names are not read");
  }
  const auto within = [&](int64_t value, int64_t min, int64_t max, const char* key) {
    if (value < min || value > max) {
      throw Error(where + ": \"" + key + "\" is " + std::to_string(value) + ", which cannot be");
    }
  };
  within(info.cells, 1, 1 << 20, "seq_len");
  within(info.vocabulary, 2, 1 << 20, "vocab_size");
  within(info.puzzle_ids, 1, INT32_MAX, "num_puzzle_identifiers");
  within(info.padding, 0, info.vocabulary - 1, "pad_id");
  within(info.blank_puzzle, 0, info.puzzle_ids - 1, "blank_identifier_id");
  if (!(info.mean_examples > 0 && info.mean_examples < 1e9)) {
    throw Error(where + ": \"mean_puzzle_examples\" is not a positive number");
  }
  return info;
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
    const auto inside = fs::path(file).lexically_normal().relative_path();
    if (!inside.empty() && *inside.begin() == "..")
      throw Error(where +
                  ": \"sha256\" names a file outside of the folder; the file is not of "
                  "this kind or damaged");
    const auto full = folder / inside;
    if (!fs::is_regular_file(full) || hash != sha256_file(full)) report.changed.push_back(file);
  }
  return report;
}

}  // namespace trm::data
