#include "data/identifiers.h"

#include <nlohmann/json.hpp>

#include "data/inconsistent.h"
#include "format/json.h"

namespace trm::data {

std::vector<std::string> read_identifiers(const Dataset& data, size_t folder) {
  const auto path = data.folder(folder) / kIdentifiersFile;
  const auto count = read_packed_info(data.folder(folder) / data.split()).puzzle_ids;
  const auto json = format::read_json(path);
  if (!json.is_array() || static_cast<int64_t>(json.size()) != count)
    inconsistent(path, "not a list of the " + std::to_string(count) + " names of dataset.json");
  std::vector<std::string> names;
  for (const auto& name : json) {
    if (!name.is_string()) inconsistent(path, "not a list of names");
    names.push_back(name.get<std::string>());
  }
  return names;
}

}  // namespace trm::data
