#include "data/folders.h"

#include <map>
#include <numeric>

#include "core/error.h"
#include "data/identifiers.h"
#include "data/puzzle_names.h"

namespace trm::data {
namespace {

using Parts = std::vector<std::shared_ptr<const Dataset>>;
using Rows = std::vector<std::vector<int32_t>>;

Parts open_parts(const std::vector<fs::path>& folders, const std::string& split) {
  Parts parts;
  for (const auto& folder : folders) parts.push_back(Dataset::open(folder, split));
  return parts;
}

// The row of each id of each folder, and how many there are.
struct Table {
  Rows rows;
  int64_t size = 1;
};

Table table_of(const Parts& parts) {
  Table table;
  for (const auto& part : parts) {
    const auto ids = part->info().puzzle_ids;
    std::vector<int32_t> rows(static_cast<size_t>(ids));
    std::iota(rows.begin() + 1, rows.end(), static_cast<int32_t>(table.size));
    table.rows.push_back(std::move(rows));
    table.size += ids - 1;
  }
  return table;
}

// What a puzzle id stands for: a name of identifiers.json and, of copies that are made while
// reading, the copy's code.
using Name = std::pair<std::string, uint32_t>;

std::vector<Name> names_by_id(const Dataset& data) {
  const auto* copies = data.augmentations(0);
  const auto names = read_identifiers(data, 0);
  std::vector<Name> all;
  for (size_t id = 0; id < names.size(); ++id) {
    if (!copies) {
      all.emplace_back(names[id], 0);
      continue;
    }
    for (auto k = copies->begin[id]; k < copies->begin[id + 1]; ++k)
      all.emplace_back(names[id], copies->codes[static_cast<size_t>(k)]);
  }
  return all;
}

// Rows of test folders' ids, by the names of the puzzles.
Rows rows_by_name(const Parts& train_parts, const Table& table, const std::vector<fs::path>& test,
                  const Parts& test_parts) {
  std::map<Name, int32_t> known;
  for (size_t i = 0; i < train_parts.size(); ++i) {
    if (train_parts[i]->info().puzzle_ids == 1) continue;
    const auto names = names_by_id(*train_parts[i]);
    for (size_t id = 1; id < names.size(); ++id) known.emplace(names[id], table.rows[i][id]);
  }
  Rows rows;
  for (size_t i = 0; i < test.size(); ++i) {
    std::vector<int32_t> own = {0};
    std::vector<std::string> unknown;
    const bool named = test_parts[i]->info().puzzle_ids > 1;
    const auto names = named ? names_by_id(*test_parts[i]) : std::vector<Name>(1);
    for (size_t id = 1; id < names.size(); ++id) {
      const auto found = known.find(names[id]);
      if (found == known.end())
        unknown.push_back(names[id].first + (names[id].second == 0 ? "" : ", a copy"));
      own.push_back(found == known.end() ? 0 : found->second);
    }
    if (!unknown.empty()) {
      throw Error(test[i].string() + ": " + std::to_string(unknown.size()) + " of " +
                  std::to_string(names.size() - 1) + " puzzles (" + some_of(unknown) +
                  ") are in no training folder, so that nothing is known of them; build test and "
                  "training data together");
    }
    rows.push_back(std::move(own));
  }
  return rows;
}

}  // namespace

Splits open_folders(const std::vector<fs::path>& train, const std::vector<fs::path>& test) {
  const auto parts = open_parts(train, "train");
  const auto test_parts = open_parts(test.empty() ? train : test, "test");
  // join() sees to the others.
  check_same_grid(*test_parts.front(), *parts.front());
  for (size_t i = 0; test.empty() && i < parts.size(); ++i) {
    if (parts[i]->info().puzzle_ids != test_parts[i]->info().puzzle_ids) {
      throw Error(train[i].string() +
                  ": train and test count different puzzle ids; build it again");
    }
  }
  if (train.size() == 1 && test.empty()) return {parts.front(), test_parts.front()};
  const auto table = table_of(parts);
  const auto rows = test.empty() ? table.rows : rows_by_name(parts, table, test, test_parts);
  return {Dataset::join(parts, table.rows, table.size),
          Dataset::join(test_parts, rows, table.size)};
}

}  // namespace trm::data
