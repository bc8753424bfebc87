#include "sweep/config_table.h"

#include "survey/config_differences.h"

namespace trm::sweep {

figure::Table differing_keys(
    const std::vector<std::pair<std::string, experiment::Experiment>>& configs) {
  figure::Table table{.name = "config differences", .heads = {"key"}, .rows = {}};
  std::vector<experiment::Experiment> compared;
  for (const auto& [name, config] : configs) {
    table.heads.push_back(name);
    compared.push_back(config);
  }
  for (const auto& [key, values] : survey::differences_of(compared)) {
    auto& row = table.rows.emplace_back(std::vector<std::string>{key});
    for (const auto& value : values) row.push_back(value.value_or(""));
  }
  return table;
}

}  // namespace trm::sweep
