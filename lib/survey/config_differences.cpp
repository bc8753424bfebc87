#include "survey/config_differences.h"

#include <algorithm>
#include <map>

#include "core/config_dump.h"

namespace trm::survey {

std::vector<ConfigDifference> differences_of(const std::vector<experiment::Experiment>& configs) {
  std::vector<ConfigDifference> keys;
  std::map<std::string, size_t> places;
  for (size_t i = 0; i < configs.size(); ++i) {
    auto config = configs[i];
    ConfigWriter writer;
    config.fields(writer);
    for (const auto& line : writer.lines()) {
      const auto [place, is_new] = places.emplace(line.path, keys.size());
      if (is_new) keys.push_back({line.path, {configs.size(), std::nullopt}});
      keys[place->second].values[i] = line.value;
    }
  }
  std::erase_if(keys, [](const ConfigDifference& key) {
    return std::all_of(key.values.begin(), key.values.end(),
                       [&](const auto& value) { return value == key.values[0]; });
  });
  return keys;
}

}  // namespace trm::survey
