#include "data/puzzle_names.h"

#include <nlohmann/json.hpp>
#include <unordered_map>

#include "core/error.h"
#include "core/printable.h"
#include "data/identifiers.h"
#include "format/json.h"
#include "tensor/values.h"

namespace trm::data {
namespace {

constexpr const char* kTexts = "names";

[[noreturn]] void damaged(const std::string& where, const std::string& what) {
  throw Error(where + ": " + what + "; the names of puzzles are damaged, use another copy of it");
}

std::vector<int32_t> numbers_of(const torch::Tensor& values, const std::string& where) {
  if (values.scalar_type() != at::kInt || values.dim() != 1)
    damaged(where, "not a list of whole numbers");
  const auto numbers = values_of<int32_t>(values);
  return {numbers.begin(), numbers.end()};
}

std::vector<int32_t> numbers_of(const nlohmann::json& values, const std::string& where) {
  if (!values.is_array()) damaged(where, "not a list of whole numbers");
  std::vector<int32_t> numbers;
  for (const auto& value : values) {
    const auto number = value.is_number_integer() ? value.get<int64_t>() : INT64_MAX;
    if (number < -1 || number > INT32_MAX) damaged(where, "not a list of whole numbers");
    numbers.push_back(static_cast<int32_t>(number));
  }
  return numbers;
}

std::vector<std::string> texts_of(const nlohmann::json& json, const std::string& where) {
  if (!json.is_array()) damaged(where, "not a list of names");
  std::vector<std::string> texts;
  for (const auto& name : json) {
    if (!name.is_string()) damaged(where, "not a list of names");
    texts.push_back(name.get<std::string>());
  }
  return texts;
}

bool has_names(const Dataset& data) {
  for (size_t i = 0; i < data.folders(); ++i) {
    if (!fs::exists(data.folder(i) / kIdentifiersFile)) return false;
  }
  return true;
}

void add_names(const Dataset& data, PuzzleNames& names) {
  std::vector<std::vector<std::string>> known;
  for (size_t i = 0; i < data.folders(); ++i) known.push_back(read_identifiers(data, i));
  for (int64_t puzzle = 0; puzzle < data.puzzles(); ++puzzle) {
    const auto id = data.puzzle_id(puzzle);
    if (id == 0) continue;
    const auto stored = data.stored(data.puzzle_begin()[static_cast<size_t>(puzzle)]);
    names.set(id, known[stored.folder].at(static_cast<size_t>(stored.identifier)),
              stored.augmentation);
  }
}

}  // namespace

void PuzzleNames::set(int64_t id, std::string_view puzzle, uint32_t copy) {
  auto known = number_of_text_.find(puzzle);
  if (known == number_of_text_.end()) {
    known = number_of_text_.emplace(puzzle, static_cast<int32_t>(texts_.size())).first;
    texts_.emplace_back(puzzle);
  }
  names_.at(static_cast<size_t>(id)) = {known->second, copy};
}

std::optional<PuzzleName> PuzzleNames::at(int64_t id) const {
  const auto& name = names_.at(static_cast<size_t>(id));
  if (name.text < 0) return std::nullopt;
  return PuzzleName{texts_[static_cast<size_t>(name.text)], name.copy};
}

std::vector<int32_t> PuzzleNames::rows_in(const PuzzleNames& table) const {
  // The table's number of each of our texts, and its row of each pair of number and copy.
  std::vector<int32_t> texts;
  for (const auto& text : texts_) {
    const auto known = table.number_of_text_.find(text);
    texts.push_back(known == table.number_of_text_.end() ? -1 : known->second);
  }
  const auto key = [](int32_t text, uint32_t copy) {
    return static_cast<uint64_t>(static_cast<uint32_t>(text)) << 32 | copy;
  };
  std::unordered_map<uint64_t, int32_t> first;
  for (size_t row = 0; row < table.names_.size(); ++row) {
    const auto& name = table.names_[row];
    if (name.text >= 0) first.emplace(key(name.text, name.copy), static_cast<int32_t>(row));
  }
  std::vector<int32_t> rows(names_.size(), -1), own(names_.size(), -1);
  rows[0] = own[0] = 0;
  bool in_place = true;
  for (size_t id = 1; id < names_.size(); ++id) {
    const auto& name = names_[id];
    if (name.text < 0) continue;
    const auto text = texts[static_cast<size_t>(name.text)];
    if (const auto row = first.find(key(text, name.copy)); text >= 0 && row != first.end())
      rows[id] = row->second;
    in_place = in_place && text >= 0 && id < table.names_.size() &&
               table.names_[id] == Name{text, name.copy};
    own[id] = static_cast<int32_t>(id);
  }
  return in_place ? own : rows;
}

PuzzleNames::Lists PuzzleNames::lists() const {
  Lists lists{texts_, {}, {}};
  for (const auto& name : names_) {
    lists.name.push_back(name.text);
    lists.copy.push_back(static_cast<int32_t>(name.copy));
  }
  return lists;
}

PuzzleNames PuzzleNames::from(const Lists& lists, const std::string& where, int64_t ids) {
  const auto& [texts, name, copy] = lists;
  if (static_cast<int64_t>(name.size()) != ids || copy.size() != name.size()) {
    damaged(where, std::to_string(name.size()) + " names of puzzles where the model has " +
                       std::to_string(ids));
  }
  PuzzleNames names(ids);
  for (size_t id = 0; id < name.size(); ++id) {
    if (name[id] < -1 || name[id] >= static_cast<int64_t>(texts.size()) || copy[id] < 0)
      damaged(where, "a puzzle without a name of the list");
    if (name[id] < 0) continue;
    names.set(static_cast<int64_t>(id), texts[static_cast<size_t>(name[id])],
              static_cast<uint32_t>(copy[id]));
  }
  return names;
}

Archive PuzzleNames::archive() const {
  const auto all = lists();
  Archive archive;
  archive.add("name", torch::tensor(all.name, at::kInt));
  archive.add("copy", torch::tensor(all.copy, at::kInt));
  archive.metadata[kTexts] = nlohmann::json(all.texts).dump();
  return archive;
}

PuzzleNames PuzzleNames::from(const Archive& archive, int64_t ids) {
  const auto& where = archive.where;
  const auto texts = archive.metadata.find(kTexts);
  if (texts == archive.metadata.end()) damaged(where, "no names in it");
  return from({texts_of(format::parse_json(texts->second, where), where),
               numbers_of(archive.at("name"), where), numbers_of(archive.at("copy"), where)},
              where, ids);
}

std::string PuzzleNames::json() const {
  const auto all = lists();
  return nlohmann::json({{kTexts, all.texts}, {"name", all.name}, {"copy", all.copy}}).dump();
}

PuzzleNames PuzzleNames::from_json(const std::string& text, const std::string& where, int64_t ids) {
  const auto json = format::parse_json(text, where);
  if (!json.is_object() || !json.contains(kTexts) || !json.contains("name") ||
      !json.contains("copy")) {
    damaged(where, "not an object of names");
  }
  return from({texts_of(json[kTexts], where), numbers_of(json["name"], where),
               numbers_of(json["copy"], where)},
              where, ids);
}

std::optional<PuzzleNames> names_of(const Dataset& data) { return names_of(data, data); }

std::optional<PuzzleNames> names_of(const Dataset& train, const Dataset& test) {
  if (!has_names(train) || !has_names(test)) return std::nullopt;
  PuzzleNames names(train.info().puzzle_ids);
  add_names(train, names);
  if (&test != &train) add_names(test, names);
  return names;
}

std::string some_of(const std::vector<std::string>& names) {
  constexpr size_t kShown = 3;
  std::string text;
  for (size_t i = 0; i < std::min(kShown, names.size()); ++i)
    text += (i == 0 ? "'" : ", '") + printable(names[i]) + "'";
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

}  // namespace trm::data
