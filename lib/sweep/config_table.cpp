#include "sweep/config_table.h"

#include <algorithm>
#include <map>

#include "core/config_dump.h"

namespace trm::sweep {

figure::Table differing_keys(
    const std::vector<std::pair<std::string, experiment::Experiment>>& configs) {
  std::vector<std::string> keys;  // in the order of the first config that has them
  std::map<std::string, std::vector<std::string>> values;
  figure::Table table{.name = "config differences", .heads = {"key"}, .rows = {}};
  for (size_t i = 0; i < configs.size(); ++i) {
    table.heads.push_back(configs[i].first);
    auto experiment = configs[i].second;
    ConfigWriter writer;
    experiment.fields(writer);
    for (const auto& line : writer.lines()) {
      auto& row = values[line.path];
      if (row.empty()) {
        row.resize(configs.size());
        keys.push_back(line.path);
      }
      row[i] = line.value;
    }
  }
  for (const auto& key : keys) {
    const auto& row = values.at(key);
    if (std::all_of(row.begin(), row.end(), [&](const auto& value) { return value == row[0]; }))
      continue;
    table.rows.push_back({key});
    table.rows.back().insert(table.rows.back().end(), row.begin(), row.end());
  }
  return table;
}

}  // namespace trm::sweep
